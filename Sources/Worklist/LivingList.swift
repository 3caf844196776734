/// The open studies as a service holds them: put in and taken out one by one, ordered anew at each moment.
///
///     var list = LivingList(ordering: .delayCost, policy: policy)
///     list.put(study, at: now)
///     list.order(at: now)
///     list.items[0]                              // read first
///
/// The order is the policy's own (`OrderingPolicy.places`). What a place says is made anew only when the study has changed, when
/// another minute of waiting has passed, or when it has come to stand elsewhere: a list of ten thousand costs little to keep.
package struct LivingList: Sendable {
    /// A study, and what its place says until another minute has passed.
    package final class Entry: Sendable {
        package let study: Study
        /// Its rank is not that of the list, its waiting time and urgency are those of the moment when it was made.
        package let item: WorklistItem
        fileprivate let course: Course
        fileprivate let tier: Standing.Tier
        fileprivate let minute: Int

        fileprivate init(_ study: Study, _ list: LivingList, at now: Timestamp) {
            let claim = list.weighing.claim(of: study)
            self.study = study
            course = list.ordering.policy.course(of: claim)
            tier = course.standing(at: now).tier
            item = WorklistItem(list.ordering.policy.place(0, of: study, claim, list.weighing, now), at: now)
            minute = Self.minute(of: study, at: now)
        }

        fileprivate static func minute(of study: Study, at now: Timestamp) -> Int { Int(max(0, min(now.seconds(since: study.receivedAt), 1e12)) / 60) }

        fileprivate func arrived(before other: Study) -> Bool {
            study.receivedAt != other.receivedAt ? study.receivedAt < other.receivedAt : study.studyInstanceUID < other.studyInstanceUID
        }
    }

    /// A place as of the last `order`.
    package struct Place: Sendable {
        package fileprivate(set) var entry: Entry
        package fileprivate(set) var waitingSeconds: Double
        package fileprivate(set) var urgency: Double
    }

    package let ordering: PolicyName
    package let policy: WorklistPolicy
    private let weighing: Weighing
    private var known: [UID: Entry] = [:]
    /// In order of arrival.
    private var arrived: [Entry] = []
    /// In reading order, as of the last `order`.
    package private(set) var places: [Place] = []
    /// When the next study goes past its limit, and moves.
    package private(set) var nextLimit: Timestamp?

    package init(ordering: PolicyName, policy: WorklistPolicy) {
        self.ordering = ordering
        self.policy = policy
        weighing = Weighing(policy)
    }

    package var uids: some Collection<UID> { known.keys }
    package var studies: [Study] { arrived.map(\.study) }

    /// Takes a study in, or what has become of it; a reported one leaves.
    ///
    /// - Returns: whether that changed anything.
    @discardableResult
    package mutating func put(_ study: Study, at now: Timestamp) -> Bool {
        guard study.state != .reported else { return remove(study.studyInstanceUID) }
        if known[study.studyInstanceUID]?.study == study { return false }
        remove(study.studyInstanceUID)
        let entry = Entry(study, self, at: now)
        known[study.studyInstanceUID] = entry
        arrived.insert(entry, at: position(of: study))
        return true
    }

    /// - Returns: whether it was there.
    @discardableResult
    package mutating func remove(_ uid: UID) -> Bool {
        guard let entry = known.removeValue(forKey: uid) else { return false }
        arrived.remove(at: position(of: entry.study))
        return true
    }

    /// Where the study stands among those that have arrived, or would stand.
    private func position(of study: Study) -> Int {
        var (low, high) = (0, arrived.count)
        while low < high {
            let middle = (low + high) / 2
            if arrived[middle].arrived(before: study) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Puts all in reading order, and makes anew what no longer says what is so.
    ///
    /// - Returns: whether the order has changed.
    @discardableResult
    package mutating func order(at now: Timestamp) -> Bool {
        let before = places
        nextLimit = nil
        let ranking = Ranking(arrived.lazy.map(\.course))
        for (index, old) in arrived.enumerated() {
            if let limit = old.item.dueAt, limit > now { nextLimit = min(nextLimit ?? limit, limit) }
            guard old.course.standing(at: now).tier != old.tier || Entry.minute(of: old.study, at: now) != old.minute else { continue }
            let entry = Entry(old.study, self, at: now)
            arrived[index] = entry
            known[old.study.studyInstanceUID] = entry
        }
        places = ranking.order(at: now).map { position in
            let entry = arrived[position]
            return Place(
                entry: entry, waitingSeconds: max(0, now.seconds(since: entry.study.receivedAt)), urgency: entry.course.standing(at: now).urgency(at: now))
        }
        return places.count != before.count || !zip(places, before).allSatisfy { $0.entry.study.studyInstanceUID == $1.entry.study.studyInstanceUID }
    }

    /// The list as of the last `order`.
    package var items: [WorklistItem] { places.indices.map(item) }

    /// A study's place as of the last `order`; nil where it has none.
    package func item(of uid: UID) -> WorklistItem? {
        guard known[uid] != nil else { return nil }
        return places.firstIndex { $0.entry.study.studyInstanceUID == uid }.map(item)
    }

    private func item(at index: Int) -> WorklistItem {
        var item = places[index].entry.item
        item.rank = index + 1
        item.waitingSeconds = places[index].waitingSeconds
        item.urgency = places[index].urgency
        return item
    }
}
