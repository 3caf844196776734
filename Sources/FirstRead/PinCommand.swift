import ArgumentParser
import Foundation
import ReadingRoom
import Storage
import Worklist

struct PinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin",
        abstract: "Puts a study first on the list, or releases it, with a name and a reason.",
        discussion: """
            A pinned study comes before all others under every policy, until it is released or reported. Who did it and why
            stands in the study's history (`firstread explain`) and among the reasons of its place.

            EXAMPLES:
              firstread pin A1234 --by "Dr. Lead" --reason "patient in theatre" --data /var/lib/firstread
              firstread pin A1234 --release --by "Dr. Lead" --reason "no longer needed" --data /var/lib/firstread
            """)

    @Argument(help: "Study Instance UID or accession number.")
    var study: String

    @Option(help: "Who decides.")
    var by: String

    @Option(help: "Why.")
    var reason: String

    @Flag(help: "Give the study back to the policy.")
    var release = false

    @Option(help: ArgumentHelp("The data folder of the service.", valueName: "dir"))
    var data: String

    func run() async throws {
        do {
            let path = DataFolder(path: data).databasePath
            let view = WorklistView(store: try WorklistStore(readingFrom: path), ordering: .delayCost, policy: try .shipped())
            let found = try view.studies(named: study)
            guard found.count <= 1 else {
                throw Failure("\(found.count) studies have the accession number \(study); name one by its Study Instance UID:\n" + found.map { "  \($0.studyInstanceUID)" }.joined(separator: "\n"))
            }
            let store = try WorklistStore(path: path, durability: .synced)
            guard let uid = found.first?.studyInstanceUID,
                try ReadingDesk(store: store).record(release ? PinDeed.release : .pin, of: uid, by: by, reason: reason, at: Timestamp(Date())) != nil
            else { throw Failure("no study \(study) in \(data); `firstread worklist --data \(data)` shows what is there") }
            print(release ? "released \(uid)" : "pinned \(uid): first on the list until it is released or reported")
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
    }
}
