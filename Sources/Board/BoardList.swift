package import Worklist

/// The list as the board holds it: a snapshot, and what searching and filtering need of it, made once and off the input thread.
package struct BoardList: Sendable {
    package let snapshot: WorklistSnapshot
    /// The modalities on the list, for the filter.
    package let modalities: [String]
    /// Name, patient ID and accession number of each item, in lower case.
    private let searchTexts: [String]

    package init(_ snapshot: WorklistSnapshot) {
        self.snapshot = snapshot
        modalities = Set(snapshot.items.map(\.modality)).filter { !$0.isEmpty }.sorted()
        searchTexts = snapshot.items.map { item in
            "\(PersonName.display(item.patientName))\n\(item.patientID)\n\(item.accessionNumber)".lowercased()
        }
    }

    package var items: [WorklistItem] { snapshot.items }

    /// Whether an item's name, patient ID or accession number holds the text, upper and lower case alike.
    func item(_ index: Int, matches text: String) -> Bool { searchTexts[index].contains(text.lowercased()) }
}

/// The list in figures.
package struct ListSummary: Hashable, Sendable {
    package private(set) var waiting = 0
    package private(set) var past = 0
    package private(set) var near = 0
    package private(set) var byCategory: [Worklist.Category: Int] = [:]
    package private(set) var oldest: WorklistItem?

    package init(of items: [WorklistItem], at now: Timestamp) {
        waiting = items.count
        for item in items {
            byCategory[item.category, default: 0] += 1
            switch Waiting(item, at: now).level {
            case .past: past += 1
            case .near: near += 1
            case .within, .withoutLimit: break
            }
            if oldest.map({ item.receivedAt < $0.receivedAt }) ?? true { oldest = item }
        }
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
