import Foundation
import Testing
import Worklist

@Suite struct RoomStatusTests {
    /// Half past an hour (UTC).
    private let now = Timestamp(rfc3339: "2026-11-26T10:30:00Z")!
    private let policy: WorklistPolicy

    init() throws { policy = try .shipped() }

    private func item(_ uid: String, waited minutes: Double, limit: Double? = nil, _ category: Worklist.Category = .routine, _ change: (inout Study) -> Void = { _ in }) -> WorklistItem {
        var study = Study(studyInstanceUID: UID(uid)!, receivedAt: now.advanced(bySeconds: -minutes * 60))
        study.state = .scored
        study.category = category
        change(&study)
        var policy = policy
        policy.limitsMinutes = limit.map { WaitingLimits(category: [category: $0]) } ?? WaitingLimits()
        return WorklistItem(PolicyName.classCapped.policy.place(of: study, under: policy, at: now), at: now)
    }

    private func status(_ items: [WorklistItem] = [], queuedAt: Timestamp? = nil, receivers: [RoomStatus.Receiver] = [], isLow: Bool = false) -> RoomStatus {
        RoomStatus(
            takenAt: now, change: 7, policy: .delayCost, isOpen: true, items: items, hours: RoomStatus.hours(arrived: [:], read: [:], at: now),
            listener: RoomStatus.Listener(), scorer: RoomStatus.Scorer(queued: queuedAt == nil ? 0 : 2, oldestQueuedAt: queuedAt, lastScoredAt: nil),
            receivers: receivers, disk: RoomStatus.Disk(freeBytes: 5 << 20, totalBytes: nil, isLow: isLow))
    }

    @Test func allFiveCategoriesAreCountedInOrderAndReportedStudiesAreNot() {
        let waiting = RoomStatus.waiting(
            [item("1.1", waited: 10), item("1.2", waited: 30), item("1.3", waited: 5, .critical), item("1.4", waited: 90) { $0.state = .reported }], at: now)
        #expect(waiting.map(\.category) == [.critical, .urgent, .routine, .likelyNormal, .unscored])
        #expect(waiting.map(\.count) == [1, 0, 2, 0, 0])
        #expect(waiting[2].oldestMinutes == 30 && waiting[1].oldestMinutes == nil)
    }

    @Test(arguments: [(74.0, 0, 0), (75.0, 0, 1), (99.9, 0, 1), (100.0, 1, 0), (150.0, 1, 0)])
    func aStudyIsNearItsLimitFromThreeQuartersOfItOn(waited: Double, past: Int, near: Int) {
        let waiting = RoomStatus.waiting([item("1.1", waited: waited, limit: 100)], at: now)[2]
        #expect(waiting.pastLimit == past && waiting.nearLimit == near)
    }

    @Test func hoursAreTwentyFourAndTheLastHasBegun() {
        let ten = Timestamp(rfc3339: "2026-11-26T10:00:00Z")!, eleven = Timestamp(rfc3339: "2026-11-25T11:00:00Z")!
        let hours = RoomStatus.hours(arrived: [ten: 3, eleven: 1], read: [ten: 2], at: now)
        #expect(hours.count == 24 && hours.first?.from == eleven && hours.first?.arrived == 1 && hours.first?.read == 0)
        #expect(hours.last?.from == ten && hours.last?.arrived == 3 && hours.last?.read == 2)
    }

    @Test func whatIsNotKnownIsNullAndEveryKeyIsThere() throws {
        let json = try #require(try JSONSerialization.jsonObject(with: try JSONEncoder().encode(status())) as? [String: Any])
        #expect(json["oldest"] is NSNull)
        let listener = try #require(json["listener"] as? [String: Any])
        #expect(Set(listener.keys) == ["port", "associations", "received_total", "last_received_at", "rejected_total"])
        #expect(listener.values.allSatisfy { $0 is NSNull })
    }

    @Test func itIsReadBackAsItWasWritten() throws {
        let status = status([item("1.1", waited: 20, limit: 15, .critical)], receivers: [RoomStatus.Receiver(name: "pacs:1", kind: .hl7, isUp: true)])
        #expect(try JSONDecoder().decode(RoomStatus.self, from: JSONEncoder().encode(status)) == status)
    }

    // MARK: Alarms

    @Test func aCriticalStudyPastItsLimitIsAnAlarmSinceThen() throws {
        let alarms = status([item("1.1", waited: 20, limit: 15, .critical), item("1.2", waited: 14, limit: 15, .critical)]).causes(among: [
            item("1.1", waited: 20, limit: 15, .critical), item("1.2", waited: 14, limit: 15, .critical),
        ])
        #expect(alarms.map(\.id) == ["critical-past-limit.1.1"])
        #expect(alarms.first?.since == now.advanced(bySeconds: -5 * 60))
    }

    @Test func anUnscoredStudyOfASTATOrderIsAnAlarm() {
        let unscored = item("1.1", waited: 1, .unscored) {
            $0.state = .unscored
            $0.orderPriority = .stat
            $0.unscoredReason = "a lateral view"
        }
        #expect(status().causes(among: [unscored]).map(\.kind) == [.statUnscored])
        #expect(status().causes(among: [item("1.2", waited: 1, .unscored) { $0.orderPriority = .stat }]).isEmpty)
    }

    @Test func aNewConflictIsANewAlarm() {
        let one = item("1.1", waited: 1) { $0.conflicts = ["two patients"] }
        let two = item("1.1", waited: 1) { $0.conflicts = ["two patients", "two accession numbers"] }
        let ids = [one, two, one].map { status().causes(among: [$0])[0].id }
        #expect(ids[0] == ids[2] && ids[0] != ids[1])
    }

    @Test func receiversScorerAndDiskAlarm() {
        let receivers = [
            RoomStatus.Receiver(name: "pacs:2575", kind: .hl7, waiting: 3, isUp: false, downSince: now.advanced(bySeconds: -60)),
            RoomStatus.Receiver(name: "a:1:ST ORE", kind: .dicom, setAside: 1, isUp: true, lastSetAside: .init(message: 12, at: now)),
            RoomStatus.Receiver(name: "new:1", kind: .hl7),
        ]
        let alarms = status(queuedAt: now.advanced(bySeconds: -301), receivers: receivers, isLow: true).causes(among: [])
        #expect(alarms.map(\.id) == ["receiver-down.pacs_3a2575", "message-set-aside.a_3a1_3aST_20ORE-12", "scorer-behind", "disk-low"])
        #expect(status(queuedAt: now.advanced(bySeconds: -299)).causes(among: []).isEmpty)
    }

    @Test func anAcknowledgementCountsForWhatHadBegunByThen() throws {
        var alarm = status(isLow: true).causes(among: [])[0]
        alarm.acknowledge(by: "Dr. Lead", at: now.advanced(bySeconds: -1))
        #expect(alarm.acknowledgedBy == nil)
        alarm.acknowledge(by: "Dr. Lead", at: now)
        #expect(alarm.acknowledgedBy == "Dr. Lead")
    }

    @Test func whatNobodyHasSeenComesFirstThenTheGravest() {
        var alarms = status(queuedAt: now.advanced(bySeconds: -400), isLow: true).causes(among: [item("1.1", waited: 20, limit: 15, .critical)])
        alarms[0].acknowledge(by: "Dr. Lead", at: now)
        #expect(alarms.inOrder.map(\.kind) == [.diskLow, .scorerBehind, .criticalPastLimit])
    }
}
