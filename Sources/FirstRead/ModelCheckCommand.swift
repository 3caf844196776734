import ArgumentParser
import Foundation
import Inference

struct ModelCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Says what a model folder is good for, or what is wrong with it.",
        discussion: """
            Loads the folder as the service would: checksum, tensors, shapes, and the reference logits. Exit status 1 when one of the
            folders can't be used.

            EXAMPLES:
              firstread model check                      # those in Models/
              firstread model check /srv/models/chest-2 --json
            """)

    @Argument(help: ArgumentHelp("Model folders (default: those in Models/).", valueName: "dir"))
    var folders: [String] = []

    @Flag(help: "Print JSON: an array, one element a folder.")
    var json = false

    func run() async throws {
        let checks = try (folders.isEmpty ? ShippedModels.folders() : folders).map(ModelCard.init(folder:))
        if json {
            print(try JSONOutput.text(checks))
        } else {
            print(checks.map(\.text).joined(separator: "\n\n"))
        }
        if checks.contains(where: { $0.fault != nil }) { throw ExitCode(1) }
    }
}
