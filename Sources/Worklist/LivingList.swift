/// The open studies as a service holds them: put in and taken out one by one, ordered anew at each moment.
///
///     var list = LivingList(ordering: .delayCost, policy: policy)
///     list.put(study, at: now)
///     list.order(at: now)
///     list.entries[list.places[0]].item          // read first
///
/// The order is the policy's own (`OrderingPolicy.places`). What a place says is made anew only when the study has changed, when
/// another minute of waiting has passed, or when it has come to stand elsewhere: a list of ten thousand costs little to keep.
package struct LivingList: Sendable {
    package struct Entry: Sendable {
        package fileprivate(set) var study: Study
        /// Rank, waiting time and urgency are those of the last `order`.
        package fileprivate(set) var item: WorklistItem
        /// Counts every time the item was made anew.
        package fileprivate(set) var revision: Int
        fileprivate var claim: Claim
        fileprivate var course: Course
        fileprivate var tier: Standing.Tier
        fileprivate var minute: Int
    }

    package let ordering: PolicyName
    package let policy: WorklistPolicy
    private let weighing: Weighing
    package private(set) var entries: [UID: Entry] = [:]
    /// In reading order, as of the last `order`.
    package private(set) var places: [UID] = []
    /// When the next study goes past its limit, and moves.
    package private(set) var nextLimit: Timestamp?

    package init(ordering: PolicyName, policy: WorklistPolicy) {
        self.ordering = ordering
        self.policy = policy
        weighing = Weighing(policy)
    }

    /// Takes a study in, or what has become of it; a reported one leaves.
    ///
    /// - Returns: whether that changed anything.
    @discardableResult
    package mutating func put(_ study: Study, at now: Timestamp) -> Bool {
        let uid = study.studyInstanceUID
        if study.state == .reported { return remove(uid) }
        let before = entries[uid]
        guard before?.study != study else { return false }
        entries[uid] = entry(study, revision: (before?.revision ?? 0) + 1, at: now)
        return true
    }

    @discardableResult
    package mutating func remove(_ uid: UID) -> Bool { entries.removeValue(forKey: uid) != nil }

    private func entry(_ study: Study, revision: Int, at now: Timestamp) -> Entry {
        let claim = weighing.claim(of: study)
        let course = ordering.policy.course(of: claim)
        return Entry(
            study: study, item: WorklistItem(ordering.policy.place(0, of: study, claim, weighing, now), at: now), revision: revision, claim: claim,
            course: course, tier: course.standing(at: now).tier, minute: Self.minute(of: study, at: now))
    }

    private static func minute(of study: Study, at now: Timestamp) -> Int { Int(max(0, min(now.seconds(since: study.receivedAt), 1e12)) / 60) }

    /// Puts all in reading order, and makes anew what no longer says what is so.
    ///
    /// - Returns: whether the order has changed.
    @discardableResult
    package mutating func order(at now: Timestamp) -> Bool {
        let arrived = entries.values.sorted { ($0.study.receivedAt, $0.study.studyInstanceUID) < ($1.study.receivedAt, $1.study.studyInstanceUID) }
        let ranking = Ranking(arrived.lazy.map(\.course))
        let before = places
        places = ranking.order(at: now).map { arrived[$0].study.studyInstanceUID }
        nextLimit = nil
        for (index, uid) in places.enumerated() {
            guard let old = entries[uid] else { continue }
            let standing = old.course.standing(at: now)
            if standing.tier != old.tier || Self.minute(of: old.study, at: now) != old.minute {
                entries[uid] = entry(old.study, revision: old.revision + 1, at: now)
            }
            entries[uid]?.item.rank = index + 1
            entries[uid]?.item.waitingSeconds = max(0, now.seconds(since: old.study.receivedAt))
            entries[uid]?.item.urgency = standing.urgency(at: now)
            if let limit = old.item.dueAt, limit > now { nextLimit = min(nextLimit ?? limit, limit) }
        }
        return places != before
    }

    /// The list as of the last `order`.
    package var items: [WorklistItem] { places.compactMap { entries[$0]?.item } }
}
