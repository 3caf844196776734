import ArgumentParser
import Foundation
import Inference

struct ModelApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Says, by name, that a model may be used here; the service takes no other.",
        discussion: """
            Writes `approved` into model.json, once the folder has passed `model check`. Of two models for the same kind of image, the
            service uses the one approved last.

            EXAMPLES:
              firstread model approve Models/torchxrayvision-all --by "Dr. M. Weiss"
            """)

    @Argument(help: ArgumentHelp("The model folder.", valueName: "dir"))
    var folder: String

    @Option(help: ArgumentHelp("Who takes responsibility.", valueName: "name"))
    var by: String

    @Option(help: ArgumentHelp("The day, as 2026-11-26 (default: today).", valueName: "day"))
    var on: String?

    func validate() throws {
        if by.trimmingCharacters(in: .whitespaces).isEmpty { throw ValidationError("--by needs a person's name") }
        if let on, CalendarDay(on) == nil { throw ValidationError("--on \(on) is no day as 2026-11-26") }
    }

    func run() async throws {
        let day = on ?? Date().formatted(Date.ISO8601FormatStyle(timeZone: .current).year().month().day())
        let path = URL(fileURLWithPath: folder + "/model.json")
        do {
            _ = try ModelFolder.load(folder)
            // As a dictionary: keys that this program does not know stay.
            guard var description = try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any] else {
                throw Failure("\(path.path) is no JSON object")
            }
            description["approved"] = ["by": by, "on": day]
            try JSONSerialization.data(withJSONObject: description, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
                .write(to: path, options: .atomic)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
        print("\(folder) is approved by \(by) on \(day)")
    }
}
