import ArgumentParser
import Foundation
import ReadingRoom
import Storage
import Worklist

/// How a list is ordered, for commands that read beside the service.
struct OrderingOptions: ParsableArguments {
    @Option(help: "The ordering policy: \(PolicyName.allCases.map(\.rawValue).joined(separator: ", ")) (default: the service's).")
    var policy: PolicyName?

    @Option(help: ArgumentHelp("The policy file (default: the service's).", valueName: "file"))
    var policyFile: String?

    static let standard = PolicyName.delayCost

    /// The options with the policy file read; what was not asked for is as the service has it.
    struct Chosen: Sendable {
        var ordering: PolicyName?
        var policy: WorklistPolicy?

        func view(of store: WorklistStore) throws -> WorklistView {
            let kept = try store.keptOrdering()
            return WorklistView(
                store: store, ordering: ordering ?? kept?.ordering ?? OrderingOptions.standard, policy: try policy ?? kept?.policy ?? .shipped())
        }
    }

    func chosen() throws -> Chosen { Chosen(ordering: policy, policy: try policyFile.map { try PolicyOptions.load($0) }) }
}

/// Whose list is read, and how it is ordered.
struct ListOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data folder of the service.", valueName: "dir"))
    var data: String

    @OptionGroup var ordering: OrderingOptions

    func view() throws -> WorklistView {
        do {
            return try ordering.chosen().view(of: WorklistStore(readingFrom: DataFolder(path: data).databasePath))
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
    }
}

extension PolicyName: ExpressibleByArgument {}

enum PolicyOptions {
    static func load(_ file: String?) throws -> WorklistPolicy {
        do {
            guard let file else { return try WorklistPolicy.shipped() }
            guard let data = FileManager.default.contents(atPath: file) else {
                throw Failure("the policy file \(file) cannot be read; check --policy-file")
            }
            return try WorklistPolicy(json: data, from: file)
        } catch let error as PolicyFileError {
            throw Failure(error)
        }
    }
}

struct WorklistCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worklist",
        abstract: "Prints the list as it stands; works while the service runs.",
        discussion: """
            EXAMPLES:
              firstread worklist --data /var/lib/firstread
              firstread worklist --data /var/lib/firstread --json --limit 20
              firstread worklist --data /var/lib/firstread --policy fifo
            """)

    @OptionGroup var options: ListOptions

    @Flag(help: "Print JSON as docs/api.md describes it.")
    var json = false

    @Option(help: "At most so many places.")
    var limit: Int?

    @Flag(help: "Reported studies too, behind the open ones.")
    var all = false

    @Flag(help: "Print the reasons under each place.")
    var reasons = false

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
    }

    func run() async throws {
        let view = try options.view()
        let now = Timestamp(Date())
        let snapshot: WorklistSnapshot
        do {
            snapshot = try view.snapshot(at: now, includingReported: all, first: limit)
        } catch {
            throw Failure(error)
        }
        if json {
            print(try JSONOutput.text(snapshot.items))
        } else {
            print(WorklistTable.text(snapshot, withReasons: reasons))
        }
    }
}

/// JSON for people and programs: keys sorted, slashes as they are.
enum JSONOutput {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
