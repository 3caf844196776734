import ArgumentParser
import Foundation
import ReadingRoom
import Reporting
import Storage
import Worklist

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Lists, shows, signs, rejects and corrects draft reports; works while the service runs.",
        discussion: """
            A draft is a program's text. It becomes a report when a named person signs it, as it is or with another text; both are
            kept. The service carries what was done to the receivers.

            EXAMPLES:
              firstread report list --data /var/lib/firstread
              firstread report show R12 --data /var/lib/firstread
              firstread report sign R12 --by "Dr. Adler" --data /var/lib/firstread
              firstread report sign R12 --by "Dr. Adler" --text edited.txt --data /var/lib/firstread
              firstread report reject R12 --by "Dr. Adler" --reason "rib fracture" --data /var/lib/firstread
              firstread report correct R12 --by "Dr. Adler" --text corrected.txt --data /var/lib/firstread
            """,
        subcommands: [ListReports.self, ShowReport.self, SignReport.self, RejectReport.self, CorrectReport.self])
}

/// Whose reports, and how they are printed.
struct ReportOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data folder of the service.", valueName: "dir"))
    var data: String

    @Flag(help: "Print JSON.")
    var json = false

    /// Reads, and where `writes`, changes.
    func desk(writes: Bool = false) throws -> ReportDesk {
        let path = DataFolder(path: data).databasePath
        do {
            // Opened for reading first: that says where a folder is none of ours, instead of making a database in it.
            let store = try WorklistStore(readingFrom: path)
            return ReportDesk(store: writes ? try WorklistStore(path: path, durability: .synced) : store)
        } catch {
            throw Failure(error)
        }
    }

    func print(_ entry: ReportDesk.Entry, saying sentence: String) throws {
        Swift.print(json ? try JSONOutput.text(ReportJSON(entry)) : sentence)
    }

    /// Does a deed, and tells what came of it.
    func change(_ deed: (ReportDesk) throws -> Draft) throws {
        do {
            let desk = try desk(writes: true)
            let draft = try deed(desk)
            try print(try desk.entry(draft.id), saying: draft.standing)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
    }

    static func text(of file: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: file) else { throw Failure("the text \(file) cannot be read; check --text") }
        guard let text = String(validating: data, as: UTF8.self) else { throw Failure("the text \(file) is not UTF-8; save it as such") }
        return text
    }
}

struct ListReports: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The drafts and what became of them, newest first.",
        discussion: """
            EXAMPLES:
              firstread report list --data /var/lib/firstread
              firstread report list --state drafted --json --data /var/lib/firstread
            """)

    @OptionGroup var options: ReportOptions

    @Option(help: "Only those that are \(DraftState.allCases.map(\.rawValue).joined(separator: ", ")).")
    var state: DraftState?

    @Option(help: "At most so many of the newest.")
    var limit = 1000

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit must not be negative") }
    }

    func run() async throws {
        do {
            let entries = try options.desk().entries(first: limit).filter { state == nil || $0.draft.state == state }
            print(options.json ? try JSONOutput.text(entries.map(ReportJSON.init)) : ReportText.table(entries))
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
    }
}

struct ShowReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One report: its texts, what was changed in them, and what each sentence rests on.",
        discussion: """
            EXAMPLE:
              firstread report show R12 --data /var/lib/firstread
            """)

    @Argument(help: "The report, as the list names it.")
    var id: String

    @OptionGroup var options: ReportOptions

    func run() async throws {
        do {
            let entry = try options.desk().entry(id)
            try options.print(entry, saying: ReportText.whole(entry))
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
    }
}

struct SignReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Signs a draft; the study is reported then.",
        discussion: """
            EXAMPLES:
              firstread report sign R12 --by "Dr. Adler" --data /var/lib/firstread
              firstread report sign R12 --by "Dr. Adler" --text edited.txt --data /var/lib/firstread
            """)

    @Argument(help: "The report, as the list names it.")
    var id: String

    @Option(help: "Who signs.")
    var by: String

    @Option(help: ArgumentHelp("A file with the text that is signed instead of the draft's; UTF-8.", valueName: "file"))
    var text: String?

    @OptionGroup var options: ReportOptions

    func run() async throws {
        let edited = try text.map(ReportOptions.text)
        try options.change { try $0.sign(id, by: by, text: edited, at: Timestamp(Date())) }
    }
}

struct RejectReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Rejects a draft; the receivers are told that it is withdrawn.",
        discussion: """
            EXAMPLE:
              firstread report reject R12 --by "Dr. Adler" --reason "rib fracture" --data /var/lib/firstread
            """)

    @Argument(help: "The report, as the list names it.")
    var id: String

    @Option(help: "Who rejects it.")
    var by: String

    @Option(help: "Why.")
    var reason: String

    @OptionGroup var options: ReportOptions

    func run() async throws { try options.change { try $0.reject(id, by: by, reason: reason, at: Timestamp(Date())) } }
}

struct CorrectReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct", abstract: "Replaces the text of a signed report; the earlier ones are kept.",
        discussion: """
            EXAMPLE:
              firstread report correct R12 --by "Dr. Adler" --text corrected.txt --data /var/lib/firstread
            """)

    @Argument(help: "The report, as the list names it.")
    var id: String

    @Option(help: "Who corrects it.")
    var by: String

    @Option(help: ArgumentHelp("A file with the new text; UTF-8.", valueName: "file"))
    var text: String

    @OptionGroup var options: ReportOptions

    func run() async throws {
        let text = try ReportOptions.text(of: text)
        try options.change { try $0.correct(id, by: by, text: text, at: Timestamp(Date())) }
    }
}

extension DraftState: ExpressibleByArgument {}
