extension RoomStatus {
    /// A study that has waited so long for the scorer is an alarm.
    package static let scorerBehindMinutes = 5.0

    /// What there is to be alarmed about, nobody having acknowledged anything.
    package func causes(among items: [WorklistItem]) -> [Alarm] {
        items.lazy.filter { $0.state != .reported }.flatMap { Self.causes(in: $0, at: takenAt) }
            + receivers.flatMap { causes(in: $0) } + scorerBehind + diskLow
    }

    private static func causes(in item: WorklistItem, at now: Timestamp) -> [Alarm] {
        let uid = item.studyInstanceUID
        let name = item.accessionNumber.isEmpty ? "study \(uid)" : "study \(item.accessionNumber)"
        let reading = item.reader.map { "; \($0) reads it" } ?? ""
        var alarms: [Alarm] = []
        if item.category == .critical, let dueAt = item.dueAt, now >= dueAt {
            let limit = Int(dueAt.seconds(since: item.receivedAt) / 60)
            alarms.append(
                Alarm(.criticalPastLimit, uid, since: dueAt, study: uid, "critical \(name) is past its limit of \(limit) minutes\(reading)", "Read it now."))
        }
        if item.orderPriority == .stat, item.state == .unscored || item.state == .reading, let reason = item.unscoredReason {
            alarms.append(
                Alarm(
                    .statUnscored, uid, since: item.completedAt ?? item.receivedAt, study: uid, "\(name) was ordered as STAT and has no score: \(reason)\(reading)",
                    "Read it in its turn as STAT; no machine has looked at its images."))
        }
        if !item.conflicts.isEmpty {
            // What is added to it is a new cause.
            alarms.append(
                Alarm(
                    .dataConflict, "\(uid)-\(fingerprint(item.conflicts))", since: item.receivedAt, study: uid, "\(name): \(item.conflicts.joined(separator: "; "))",
                    "Find out which of it is true before it is reported."))
        }
        return alarms
    }

    private func causes(in receiver: Receiver) -> [Alarm] {
        var alarms: [Alarm] = []
        if receiver.isUp == false {
            alarms.append(
                Alarm(
                    .receiverDown, receiver.name, since: receiver.downSince ?? takenAt,
                    "\(receiver.name) cannot be reached; \(receiver.waiting) message\(receiver.waiting == 1 ? "" : "s") wait\(receiver.waiting == 1 ? "s" : "")"
                        + (receiver.lastError.map { " (\($0))" } ?? ""),
                    "Look after that system and the network; what waits is sent as soon as it is back."))
        }
        if receiver.setAside > 0, let last = receiver.lastSetAside {
            alarms.append(
                Alarm(
                    .messageSetAside, "\(receiver.name)-\(last.message)", since: last.at,
                    "\(receiver.setAside) message\(receiver.setAside == 1 ? "" : "s") to \(receiver.name) set aside" + (receiver.lastError.map { "; last: \($0)" } ?? ""),
                    "Tell the studies concerned by hand, and have the refusal looked into."))
        }
        return alarms
    }

    private var scorerBehind: [Alarm] {
        guard let oldest = scorer.oldestQueuedAt, takenAt.seconds(since: oldest) >= Self.scorerBehindMinutes * 60 else { return [] }
        let minutes = Int(takenAt.seconds(since: oldest) / 60)
        return [
            Alarm(
                .scorerBehind, "", since: oldest.advanced(bySeconds: Self.scorerBehindMinutes * 60),
                "\(scorer.queued) stud\(scorer.queued == 1 ? "y waits" : "ies wait") for the scorer, the oldest for \(minutes) minutes",
                "Until it has caught up, read by order and arrival; see the service's log.")
        ]
    }

    private var diskLow: [Alarm] {
        guard disk.isLow else { return [] }
        let free = disk.freeBytes.map { "\($0 >> 20) MB" } ?? "little"
        return [Alarm(.diskLow, "", since: takenAt, "\(free) free on the disk of the data folder", "Free space: without it images are refused.")]
    }

    /// FNV-1a, 32 bits: tells one set of sentences from another.
    private static func fingerprint(_ sentences: [String]) -> String {
        let hash = sentences.joined(separator: "\n").utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return String(hash, radix: 16)
    }
}
