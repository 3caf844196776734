import ArgumentParser
import Board
import Foundation
import Worklist

struct BoardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "board",
        abstract: "Shows the list in a terminal, live.",
        discussion: """
            The list in reading order, each study with its finding, its wait against its limit, its reasons and the next step. ?
            shows the keys, q quits. With NO_COLOR set, or on a terminal without colours, the words alone tell everything.

            EXAMPLES:
              firstread board --data /var/lib/firstread
              firstread board --url http://127.0.0.1:8080
            """)

    @Option(help: ArgumentHelp("The data folder of the service, on this machine.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("The address of the service, on any machine; it orders the list itself.", valueName: "url"))
    var url: String?

    @OptionGroup var ordering: OrderingOptions

    func validate() throws {
        guard (data == nil) != (url == nil) else { throw ValidationError("name the list by one of --data DIR and --url URL") }
        guard let url else { return }
        if ServiceReading.address(url) == nil { throw ValidationError("--url \(url) is no address such as http://127.0.0.1:8080") }
        if ordering.policy != nil || ordering.policyFile != nil {
            throw ValidationError("--policy and --policy-file go with --data; with --url the service orders the list")
        }
    }

    func run() throws {
        do {
            try Board(source: try source(), zone: .autoupdatingCurrent, isColoured: isColoured).run()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
    }

    /// See no-color.org: any value but an empty one asks for none.
    private var isColoured: Bool { (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty }

    private func source() throws -> ListSource {
        if let data { return try FolderReading(data, ordering).source }
        guard let address = url.flatMap(ServiceReading.address) else { throw Failure("--url is no address", status: 64) }
        return ServiceReading(address).source
    }
}
