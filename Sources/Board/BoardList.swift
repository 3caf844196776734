package import Worklist

/// The list as the board holds it: a snapshot, and what searching and filtering need of it, made once and off the input thread.
package struct BoardList: Sendable {
    package let snapshot: WorklistSnapshot
    /// The modalities on the list, for the filter.
    package let modalities: [String]
    /// Name, patient ID and accession number of each item, in lower case.
    private let searchTexts: [String]

    /// How many items each category has.
    package let byCategory: [Worklist.Category: Int]
    package let oldest: WorklistItem?
    /// When each item came and is due, apart from all else: these are counted anew with every key.
    private let waits: [(receivedAt: Timestamp, dueAt: Timestamp?)]

    package init(_ snapshot: WorklistSnapshot) {
        self.snapshot = snapshot
        modalities = Set(snapshot.items.map(\.modality)).filter { !$0.isEmpty }.sorted()
        searchTexts = snapshot.items.map { item in
            "\(PersonName.display(item.patientName))\n\(item.patientID)\n\(item.accessionNumber)".lowercased()
        }
        byCategory = snapshot.items.reduce(into: [:]) { counts, item in counts[item.category, default: 0] += 1 }
        oldest = snapshot.items.min { $0.receivedAt < $1.receivedAt }
        waits = snapshot.items.map { ($0.receivedAt, $0.dueAt) }
    }

    package var items: [WorklistItem] { snapshot.items }

    /// Whether an item's name, patient ID or accession number holds the text, upper and lower case alike.
    func item(_ index: Int, matches text: String) -> Bool { searchTexts[index].contains(text.lowercased()) }

    /// How many are past their limit at a moment, and how many near it.
    package func overdue(at now: Timestamp) -> (past: Int, near: Int) {
        var past = 0
        var near = 0
        for wait in waits {
            switch Waiting(since: wait.receivedAt, dueAt: wait.dueAt, at: now).level {
            case .past: past += 1
            case .near: near += 1
            case .within, .withoutLimit: break
            }
        }
        return (past, near)
    }
}

/// What came of reading the list once.
package struct Reading: Sendable {
    package var at: Timestamp
    /// Nil where it is as before.
    package var list: BoardList?
    /// Why what is shown can't be taken for live: one sentence. Nil where it can.
    package var trouble: String?

    package init(at: Timestamp, list: BoardList? = nil, trouble: String? = nil) {
        self.at = at
        self.list = list
        self.trouble = trouble
    }
}
