import Foundation
package import Storage
import Synchronization
package import Worklist

/// What only the running service knows of the room.
package struct ServiceRecord: Sendable {
    package var port: Int
    package var associations: Int
    package var received: Int
    package var rejected: Int
    package var scored: Int
    package var unscored: Int
    package var models: [ModelReference]
    package var receivers: [String]
    package var standings: [String: ReceiverStandings.Standing]

    package init(
        port: Int, associations: Int, received: Int, rejected: Int, scored: Int, unscored: Int, models: [ModelReference], receivers: [String],
        standings: [String: ReceiverStandings.Standing]
    ) {
        self.port = port
        self.associations = associations
        self.received = received
        self.rejected = rejected
        self.scored = scored
        self.unscored = unscored
        self.models = models
        self.receivers = receivers
        self.standings = standings
    }
}

/// Reads the room at a glance; inside the service, or beside it from what the database alone can tell.
///
///     let room = RoomReading(view: view, folder: folder)
///     let status = try room.status(of: snapshot, change: view.store.lastEvent(), at: now)
package final class RoomReading: Sendable {
    private let view: WorklistView
    private let folder: DataFolder
    private let isOpen: Bool
    /// Less than this is an alarm.
    private let lowDiskBytes: UInt64
    private let service: (@Sendable () -> ServiceRecord)?
    /// When each alarm that lasts was first seen: what it is about may move on while it lasts.
    private let seen = Mutex<[String: Timestamp]>([:])

    package static let standardLowDiskBytes: UInt64 = 1 << 30

    package init(
        view: WorklistView, folder: DataFolder, isOpen: Bool = false, lowDiskBytes: UInt64 = standardLowDiskBytes,
        service: (@Sendable () -> ServiceRecord)? = nil
    ) {
        self.view = view
        self.folder = folder
        self.isOpen = isOpen
        self.lowDiskBytes = lowDiskBytes
        self.service = service
    }

    /// The room as it is at `now`, from the open studies as the list shows them. Blocks.
    package func status(of items: [WorklistItem], change: Int64, at now: Timestamp) throws(StorageError) -> RoomStatus {
        let service = service?()
        let record = try view.store.roomRecord(since: RoomStatus.firstHour(at: now))
        var status = RoomStatus(
            takenAt: now, change: change, policy: view.ordering, isOpen: isOpen, items: items,
            hours: RoomStatus.hours(arrived: record.arrived, read: record.read, at: now),
            listener: RoomStatus.Listener(
                port: service?.port, associations: service?.associations, receivedTotal: service?.received, lastReceivedAt: record.lastReceivedAt,
                rejectedTotal: service?.rejected),
            scorer: RoomStatus.Scorer(
                queued: record.queued, oldestQueuedAt: record.oldestQueuedAt, lastScoredAt: record.lastScoredAt, scoredTotal: service?.scored,
                failedTotal: service?.unscored, models: service?.models.map(WorklistItem.Model.init)),
            receivers: try receivers(service), disk: disk)
        status.alarms = alarms(status.causes(among: items), record.acknowledgements)
        return status
    }

    /// Acknowledges an alarm that there is, by a person's name; nil where there is none of that id. Blocks.
    package func acknowledge(_ id: String, among items: [WorklistItem], by name: String, at now: Timestamp) throws(StorageError) -> Alarm? {
        let status = try status(of: items, change: 0, at: now)
        guard var alarm = status.alarms.first(where: { $0.id == id }) else { return nil }
        try view.store.acknowledge(id, of: alarm.studyInstanceUID.flatMap { UID($0) }, by: name, at: now)
        alarm.acknowledge(by: name, at: now)
        return alarm
    }

    /// How long studies waited until they were read, by category. Blocks.
    package func waits(over period: WaitsByCategory.Period, open: [WorklistItem], at now: Timestamp) throws(StorageError) -> [WaitsByCategory] {
        let limits = view.policy.limitsMinutes
        let read = try view.store.readStudies(since: period.begin(at: now)).map { study in
            WaitsByCategory.Wait(
                category: study.category, receivedAt: study.receivedAt,
                dueAt: limits.minutes(category: study.category, orderPriority: study.orderPriority).map { study.receivedAt.advanced(bySeconds: $0 * 60) },
                readAt: study.reportedAt)
        }
        let waiting = open.filter { $0.state != .reported }.map {
            WaitsByCategory.Wait(category: $0.category, receivedAt: $0.receivedAt, dueAt: $0.dueAt, readAt: nil)
        }
        return WaitsByCategory.of(read + waiting, limits: limits, over: period, at: now)
    }

    private func alarms(_ causes: [Alarm], _ acknowledgements: [String: AlarmAcknowledgement]) -> [Alarm] {
        seen.withLock { seen in
            var still: [String: Timestamp] = [:]
            let alarms = causes.map { cause in
                var alarm = cause
                alarm.since = min(cause.since, seen[cause.id] ?? cause.since)
                still[cause.id] = alarm.since
                if let acknowledgement = acknowledgements[cause.id] { alarm.acknowledge(by: acknowledgement.name, at: acknowledgement.at) }
                return alarm
            }
            seen = still
            return alarms.inOrder
        }
    }

    private func receivers(_ service: ServiceRecord?) throws(StorageError) -> [RoomStatus.Receiver] {
        var names = service?.receivers ?? []
        if service == nil {
            names = try view.store.keptReporting()?.feeds ?? []
            for name in try view.store.receivers() where !names.contains(name) { names.append(name) }
        }
        var receivers: [RoomStatus.Receiver] = []
        for name in names {
            let record = try view.store.receiverRecord(name)
            let standing = service?.standings[name]
            receivers.append(
                RoomStatus.Receiver(
                    name: name, kind: StoreAddress(name) == nil ? .hl7 : .dicom, waiting: record.waiting, oldestWaitingAt: record.oldestWaitingAt,
                    setAside: record.setAside, lastError: standing?.trouble ?? record.lastTrouble ?? record.lastSetAside?.reason, isUp: standing?.isUp,
                    downSince: standing?.downSince,
                    lastSetAside: record.lastSetAside.map { RoomStatus.Receiver.SetAside(message: $0.message, at: $0.at) }))
        }
        return receivers
    }

    private var disk: RoomStatus.Disk {
        let free = folder.freeBytes
        return RoomStatus.Disk(
            freeBytes: free.map { Int64(clamping: $0) }, totalBytes: folder.totalBytes.map { Int64(clamping: $0) }, isLow: free.map { $0 < lowDiskBytes } ?? false)
    }
}
