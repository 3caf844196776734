import Glibc
package import Worklist

/// The list as the board holds it: a snapshot, and what searching and filtering need of it, made once and off the input thread.
package struct BoardList: Sendable {
    package let snapshot: WorklistSnapshot
    /// The modalities on the list, for the filter.
    package let modalities: [String]
    /// Where the patients are, with how many studies wait there; most first.
    package let locations: [(name: String, studies: Int)]
    package let oldest: WorklistItem?
    /// Name, patient ID and accession number of each item, in lower case.
    private let searchTexts: [[UInt8]]
    /// What filters look at, and where each study is: small beside the items, which a key should not have to go through.
    private let facets: [Facets]
    private let places: [String: Int]
    /// When the items of each category came and are due, oldest first, apart from all else: these are counted anew with every key.
    private let waits: [Worklist.Category: [(receivedAt: Timestamp, dueAt: Timestamp?)]]

    package init(_ snapshot: WorklistSnapshot) {
        self.snapshot = snapshot
        modalities = Set(snapshot.items.map(\.modality)).filter { !$0.isEmpty }.sorted()
        locations = Self.count(snapshot.items.compactMap(\.location))
        searchTexts = snapshot.items.map { item in
            Array("\(PersonName.display(item.patientName))\n\(item.patientID)\n\(item.accessionNumber)".lowercased().utf8)
        }
        oldest = snapshot.items.min { $0.receivedAt < $1.receivedAt }
        facets = snapshot.items.map { Facets(category: $0.category, modality: $0.modality, location: $0.location) }
        places = Dictionary(snapshot.items.enumerated().map { ($0.element.studyInstanceUID, $0.offset) }) { first, _ in first }
        waits = Dictionary(grouping: snapshot.items, by: \.category).mapValues { items in
            items.map { ($0.receivedAt, $0.dueAt) }.sorted { $0.0 < $1.0 }
        }
    }

    package var items: [WorklistItem] { snapshot.items }

    /// The indices of the items that pass, in their order.
    func indices(passing filters: Filters) -> [Int] {
        filters.isEmpty ? Array(facets.indices) : facets.indices.filter { filters.pass(facets[$0]) }
    }

    func index(of studyInstanceUID: String) -> Int? { places[studyInstanceUID] }

    /// Items whose name, patient ID or accession number holds the text, upper and lower case alike.
    func matcher(_ text: String) -> (_ index: Int) -> Bool {
        let wanted = Array(text.lowercased().utf8)
        return { index in searchTexts[index].contains(wanted) }
    }

    /// What waits of a category at a moment.
    struct Tally: Hashable {
        var count = 0
        var past = 0
        var near = 0
        var oldest: Timestamp?

        static func + (left: Tally, right: Tally) -> Tally {
            Tally(
                count: left.count + right.count, past: left.past + right.past, near: left.near + right.near,
                oldest: [left.oldest, right.oldest].compactMap(\.self).min())
        }
    }

    func tallies(at now: Timestamp) -> [Worklist.Category: Tally] {
        var tallies: [Worklist.Category: Tally] = [:]
        for (category, waits) in waits {
            var tally = Tally(count: waits.count, oldest: waits.first?.receivedAt)
            for wait in waits {
                switch Waiting(since: wait.receivedAt, dueAt: wait.dueAt, at: now).level {
                case .past: tally.past += 1
                case .near: tally.near += 1
                case .within, .withoutLimit: break
                }
            }
            tallies[category] = tally
        }
        return tallies
    }

    private static func count(_ names: [String]) -> [(name: String, studies: Int)] {
        let counts = names.reduce(into: [String: Int]()) { counts, name in if !name.isEmpty { counts[name, default: 0] += 1 } }
        return counts.map { (name: $0.key, studies: $0.value) }.sorted { ($1.studies, $0.name) < ($0.studies, $1.name) }
    }
}

/// What a filter looks at.
struct Facets: Hashable {
    var category: Worklist.Category
    var modality: String
    var location: String?
}

extension [WorklistItem] {
    /// The list with its first places as they are now; what they do not name follows in its order.
    package func beginning(with first: [WorklistItem]) -> [WorklistItem] {
        let named = Set(first.map(\.studyInstanceUID))
        var items = first + filter { !named.contains($0.studyInstanceUID) }
        for index in items.indices { items[index].rank = index + 1 }
        return items
    }
}

extension [UInt8] {
    /// Whether the bytes hold these, one after the other.
    fileprivate func contains(_ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first else { return true }
        return withUnsafeBytes { own in
            guard let start = own.baseAddress else { return false }
            var from = 0
            while from + wanted.count <= own.count, let hit = memchr(start + from, Int32(first), own.count - from - wanted.count + 1) {
                let at = UnsafeRawPointer(hit) - start
                if memcmp(start + at, wanted, wanted.count) == 0 { return true }
                from = at + 1
            }
            return false
        }
    }
}
