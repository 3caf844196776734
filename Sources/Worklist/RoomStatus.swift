/// The room at a glance: what waits, what comes and goes, and whether everything runs. The JSON of `GET /api/v1/room`.
///
/// What only the running service knows is nil for whoever reads beside it.
package struct RoomStatus: Codable, Sendable, Hashable {
    /// What waits of one category.
    package struct Waiting: Codable, Sendable, Hashable {
        package var category: Category
        package var count: Int
        @Nullable package var oldestMinutes: Double?
        package var pastLimit: Int
        /// From 75 % of the limit on.
        package var nearLimit: Int

        enum CodingKeys: String, CodingKey {
            case category, count
            case oldestMinutes = "oldest_minutes"
            case pastLimit = "past_limit"
            case nearLimit = "near_limit"
        }
    }

    package struct Oldest: Codable, Sendable, Hashable {
        package var studyInstanceUID: String
        package var waitingMinutes: Double

        enum CodingKeys: String, CodingKey {
            case studyInstanceUID = "study_instance_uid"
            case waitingMinutes = "waiting_minutes"
        }
    }

    /// A clock hour (UTC): how many studies came, how many were read.
    package struct Hour: Codable, Sendable, Hashable {
        package var from: Timestamp
        package var arrived: Int
        package var read: Int
    }

    package struct Listener: Codable, Sendable, Hashable {
        @Nullable package var port: Int?
        /// Open now.
        @Nullable package var associations: Int?
        /// Objects kept since the service started.
        @Nullable package var receivedTotal: Int?
        @Nullable package var lastReceivedAt: Timestamp?
        /// Objects refused since the service started.
        @Nullable package var rejectedTotal: Int?

        enum CodingKeys: String, CodingKey {
            case port, associations
            case receivedTotal = "received_total"
            case lastReceivedAt = "last_received_at"
            case rejectedTotal = "rejected_total"
        }

        package init(port: Int? = nil, associations: Int? = nil, receivedTotal: Int? = nil, lastReceivedAt: Timestamp? = nil, rejectedTotal: Int? = nil) {
            self.port = port
            self.associations = associations
            self.receivedTotal = receivedTotal
            self.lastReceivedAt = lastReceivedAt
            self.rejectedTotal = rejectedTotal
        }
    }

    package struct Scorer: Codable, Sendable, Hashable {
        package var queued: Int
        @Nullable package var oldestQueuedAt: Timestamp?
        @Nullable package var lastScoredAt: Timestamp?
        /// Studies scored since the service started.
        @Nullable package var scoredTotal: Int?
        /// Studies that came out unscored since the service started.
        @Nullable package var failedTotal: Int?
        @Nullable package var models: [WorklistItem.Model]?

        enum CodingKeys: String, CodingKey {
            case queued, models
            case oldestQueuedAt = "oldest_queued_at"
            case lastScoredAt = "last_scored_at"
            case scoredTotal = "scored_total"
            case failedTotal = "failed_total"
        }

        package init(
            queued: Int, oldestQueuedAt: Timestamp?, lastScoredAt: Timestamp?, scoredTotal: Int? = nil, failedTotal: Int? = nil,
            models: [WorklistItem.Model]? = nil
        ) {
            self.queued = queued
            self.oldestQueuedAt = oldestQueuedAt
            self.lastScoredAt = lastScoredAt
            self.scoredTotal = scoredTotal
            self.failedTotal = failedTotal
            self.models = models
        }
    }

    /// A system that is told, and how its messages stand.
    package struct Receiver: Codable, Sendable, Hashable {
        package enum Kind: String, Codable, Sendable { case hl7, dicom }

        package var name: String
        package var kind: Kind
        package var waiting: Int
        @Nullable package var oldestWaitingAt: Timestamp?
        package var setAside: Int
        @Nullable package var lastError: String?
        /// Nil until something has been sent to it.
        @Nullable package var isUp: Bool?
        /// Since when it is down; not part of the JSON.
        package var downSince: Timestamp?
        /// The message that was set aside last; not part of the JSON.
        package var lastSetAside: SetAside?

        package struct SetAside: Sendable, Hashable {
            package var message: Int64
            package var at: Timestamp

            package init(message: Int64, at: Timestamp) {
                self.message = message
                self.at = at
            }
        }

        enum CodingKeys: String, CodingKey {
            case name, kind, waiting
            case oldestWaitingAt = "oldest_waiting_at"
            case setAside = "set_aside"
            case lastError = "last_error"
            case isUp = "is_up"
        }

        package init(
            name: String, kind: Kind, waiting: Int = 0, oldestWaitingAt: Timestamp? = nil, setAside: Int = 0, lastError: String? = nil, isUp: Bool? = nil,
            downSince: Timestamp? = nil, lastSetAside: SetAside? = nil
        ) {
            self.name = name
            self.kind = kind
            self.waiting = waiting
            self.oldestWaitingAt = oldestWaitingAt
            self.setAside = setAside
            self.lastError = lastError
            self.isUp = isUp
            self.downSince = downSince
            self.lastSetAside = lastSetAside
        }
    }

    package struct Disk: Codable, Sendable, Hashable {
        @Nullable package var freeBytes: Int64?
        @Nullable package var totalBytes: Int64?
        package var isLow: Bool

        enum CodingKeys: String, CodingKey {
            case freeBytes = "free_bytes"
            case totalBytes = "total_bytes"
            case isLow = "is_low"
        }

        package init(freeBytes: Int64?, totalBytes: Int64?, isLow: Bool) {
            self.freeBytes = freeBytes
            self.totalBytes = totalBytes
            self.isLow = isLow
        }
    }

    package var takenAt: Timestamp
    package var change: Int64
    package var policy: PolicyName
    /// Nobody signs in.
    package var isOpen: Bool
    /// All categories, the most urgent first.
    package var waiting: [Waiting]
    @Nullable package var oldest: Oldest?
    /// The last 24 clock hours, oldest first; the last one has begun.
    package var hours: [Hour]
    package var listener: Listener
    package var scorer: Scorer
    package var receivers: [Receiver]
    package var disk: Disk
    package var alarms: [Alarm]

    enum CodingKeys: String, CodingKey {
        case change, policy, waiting, oldest, hours, listener, scorer, receivers, disk, alarms
        case takenAt = "taken_at"
        case isOpen = "is_open"
    }

    package init(
        takenAt: Timestamp, change: Int64, policy: PolicyName, isOpen: Bool, items: [WorklistItem], hours: [Hour], listener: Listener, scorer: Scorer,
        receivers: [Receiver], disk: Disk, alarms: [Alarm] = []
    ) {
        self.takenAt = takenAt
        self.change = change
        self.policy = policy
        self.isOpen = isOpen
        waiting = Self.waiting(items, at: takenAt)
        let first = items.filter { $0.state != .reported }.min { $0.receivedAt < $1.receivedAt }
        oldest = first.map { Oldest(studyInstanceUID: $0.studyInstanceUID, waitingMinutes: max(0, takenAt.seconds(since: $0.receivedAt)) / 60) }
        self.hours = hours
        self.listener = listener
        self.scorer = scorer
        self.receivers = receivers
        self.disk = disk
        self.alarms = alarms
    }
}
