import ArgumentParser
import Board
import Foundation
import Worklist

struct BoardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "board",
        abstract: "Shows the reading room in a terminal, live, and takes its keys.",
        discussion: """
            The list in reading order, what waits, whether everything runs, alarms until somebody acknowledges them; each study
            with its film. ? shows the keys, q quits. With NO_COLOR set, or on a terminal without colours, words and letters alone
            tell everything.

            A service with sign-in is asked with a name and a password, typed, or from FIRSTREAD_NAME and FIRSTREAD_PASSWORD.
            Elsewhere each act asks for a name, and FIRSTREAD_NAME is the first that is offered.

            EXAMPLES:
              firstread board --data /var/lib/firstread
              firstread board --url http://127.0.0.1:8080
              FIRSTREAD_NAME="Dr. Lead" FIRSTREAD_PASSWORD=… firstread board --url https://reading-room.example
            """)

    @Option(help: ArgumentHelp("The data folder of the service, on this machine.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("The address of the service, on any machine; it orders the list itself.", valueName: "url"))
    var url: String?

    @OptionGroup var ordering: OrderingOptions

    func validate() throws {
        guard (data == nil) != (url == nil) else { throw ValidationError("name the list by one of --data DIR and --url URL") }
        guard let url else { return }
        if ServiceClient.address(url) == nil { throw ValidationError("--url \(url) is no address such as http://127.0.0.1:8080") }
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

    private func source() throws -> BoardSource {
        if let data { return try FolderReading(data, ordering).source }
        guard let address = url.flatMap(ServiceClient.address) else { throw Failure("--url is no address", status: 64) }
        guard isatty(STDOUT_FILENO) == 1 else { throw BoardError.withoutTerminal }
        let client = ServiceClient(address)
        return ServiceReading(client, person: try ServiceSignIn(client: client).person()).source
    }
}
