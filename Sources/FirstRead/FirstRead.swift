import ArgumentParser
import Foundation

@main
struct FirstRead: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "firstread",
        abstract: "Stands beside the PACS: scores incoming radiographs, orders the worklist, and says why.",
        discussion: """
            Not a medical device. For research.

            EXAMPLES:
              firstread serve --data /var/lib/firstread --feed pacs.example:2575
              firstread worklist --data /var/lib/firstread
              firstread explain A1234 --data /var/lib/firstread
              firstread report list --data /var/lib/firstread
              firstread board --data /var/lib/firstread
              firstread user add "Dr. Adler" --role reader --users users.json
              firstread score film.dcm
            """,
        version: FirstRead.version,
        subcommands: [Serve.self, Score.self, WorklistCommand.self, Explain.self, PinCommand.self, ReportCommand.self, UserCommand.self, Simulate.self, RankTime.self, BoardCommand.self, ModelCommand.self])

    static let version = "0.1.0"

    static func main() async {
        do {
            let arguments = try SettingSources.expand(
                Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            Failure.report(failure.sentence)
            exit(withError: ExitCode(failure.status))
        } catch {
            exit(withError: error)
        }
    }
}

/// An error for the person at the terminal: one sentence that says what, where and what to do.
struct Failure: Error, CustomStringConvertible {
    var sentence: String
    /// 1 failed, 64 wrong use.
    var status: Int32 = 1

    init(_ sentence: String, status: Int32 = 1) {
        self.sentence = sentence
        self.status = status
    }

    init(_ error: any Error) { self.init("\(error)") }

    var description: String { sentence }

    static func report(_ sentence: String) {
        FileHandle.standardError.write(Data("firstread: \(sentence)\n".utf8))
    }
}
