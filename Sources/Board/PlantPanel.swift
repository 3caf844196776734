import Worklist

/// Whether everything runs: listener, scorer, the systems that are told, disk. Words in few columns, and lines where there is room.
enum PlantPanel {
    static func listener(_ room: RoomStatus, at now: Timestamp) -> StyledLine {
        var line = StyledLine("listener ", .faint)
        var words: [String] = []
        if let open = room.listener.associations, open > 0 { words.append("\(open) open") }
        if let last = room.listener.lastReceivedAt { words.append("last \(Waiting.words(now.seconds(since: last)))") }
        line.add(words.isEmpty ? "nothing yet" : words.joined(separator: ", "))
        return line
    }

    static func scorer(_ room: RoomStatus, at now: Timestamp) -> StyledLine {
        var line = StyledLine("scorer ", .faint)
        guard room.scorer.queued > 0 else {
            line.add("idle")
            return line
        }
        let span = room.scorer.oldestQueuedAt.map { now.seconds(since: $0) } ?? 0
        line.add("\(room.scorer.queued) queued \(Waiting.words(span))", span >= RoomStatus.scorerBehindMinutes * 60 ? .alarm : .plain)
        return line
    }

    /// All receivers together: "feeds ok", "feeds 3 wait 12m", "feeds 1 DOWN, 3 wait 12m".
    static func feeds(_ room: RoomStatus, at now: Timestamp) -> StyledLine {
        var line = StyledLine("feeds ", .faint)
        guard !room.receivers.isEmpty else {
            line.add("none", .faint)
            return line
        }
        let down = room.receivers.count { $0.isUp == false }
        let waiting = room.receivers.reduce(0) { $0 + $1.waiting }
        let aside = room.receivers.reduce(0) { $0 + $1.setAside }
        if down > 0 { line.add(" \(down) DOWN ", .alarm) }
        if waiting > 0 {
            let oldest = room.receivers.compactMap(\.oldestWaitingAt).min()
            line.add("\(down > 0 ? " " : "")\(waiting) wait" + (oldest.map { " \(Waiting.words(now.seconds(since: $0)))" } ?? ""), down > 0 ? .strong : .barNear)
        }
        if aside > 0 { line.add("\(down + waiting > 0 ? ", " : "")\(aside) set aside", .barNear) }
        if down + waiting + aside == 0 { line.add("ok") }
        return line
    }

    static func disk(_ room: RoomStatus) -> StyledLine {
        var line = StyledLine("disk ", .faint)
        guard let free = room.disk.freeBytes else {
            line.add("not known", .faint)
            return line
        }
        line.add(room.disk.isLow ? " LOW, \(size(free)) " : size(free), room.disk.isLow ? .alarm : .plain)
        line.add(" free", .faint)
        return line
    }

    static func lines(_ room: RoomStatus, rows: Int, at now: Timestamp) -> [StyledLine] {
        var lines = [row("listener", listenerWords(room, at: now)), row("scorer", scorerWords(room, at: now))]
        let receivers = room.receivers.sorted { weight($0) > weight($1) }
        let fitting = max(0, rows - lines.count - 1)
        let shown = receivers.count > fitting ? fitting - 1 : receivers.count
        lines += receivers.prefix(shown).map { receiver($0, at: now) }
        if receivers.count > shown { lines.append(row("", "\(receivers.count - shown) more receivers, none of them worse", .faint)) }
        lines.append(row("disk", room.disk.freeBytes.map { "\(room.disk.isLow ? "LOW: " : "")\(size($0)) free" } ?? "not known", room.disk.isLow ? .alarm : .plain))
        if let total = room.disk.totalBytes { lines[lines.count - 1].add(" of \(size(total))", .faint) }
        return lines
    }

    private static func row(_ label: String, _ words: String, _ ink: Ink = .plain) -> StyledLine {
        var line = StyledLine(DisplayWidth.fitted(label, to: 9), .faint)
        line.add(words, ink)
        return line
    }

    private static func listenerWords(_ room: RoomStatus, at now: Timestamp) -> String {
        let listener = room.listener
        return [
            listener.lastReceivedAt.map { "last image \(Waiting.words(now.seconds(since: $0))) ago" } ?? "no image yet",
            listener.associations.map { "\($0) association\($0 == 1 ? "" : "s") open" }, listener.receivedTotal.map { "\($0) received" },
            listener.rejectedTotal.flatMap { $0 > 0 ? "\($0) refused" : nil }, listener.port.map { "port \($0)" },
        ].compactMap(\.self).joined(separator: ", ")
    }

    private static func scorerWords(_ room: RoomStatus, at now: Timestamp) -> String {
        let scorer = room.scorer
        let queue = scorer.queued == 0 ? "idle" : "\(scorer.queued) queued" + (scorer.oldestQueuedAt.map { ", oldest \(Waiting.words(now.seconds(since: $0)))" } ?? "")
        return [
            queue, scorer.lastScoredAt.map { "last \(Waiting.words(now.seconds(since: $0))) ago" }, scorer.scoredTotal.map { "\($0) scored" },
            scorer.models.map { $0.map { "\($0.name) \($0.version)" }.joined(separator: ", ") },
        ].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private static func receiver(_ receiver: RoomStatus.Receiver, at now: Timestamp) -> StyledLine {
        var line = StyledLine(DisplayWidth.fitted(receiver.kind == .hl7 ? "feed" : "store", to: 9), .faint)
        line.add("\(receiver.name)  ")
        if receiver.isUp == false { line.add(" DOWN ", .alarm) }
        var words: [String] = []
        if receiver.waiting > 0 {
            words.append("\(receiver.waiting) unacknowledged" + (receiver.oldestWaitingAt.map { ", oldest \(Waiting.words(now.seconds(since: $0)))" } ?? ""))
        }
        if receiver.setAside > 0 { words.append("\(receiver.setAside) set aside") }
        if let error = receiver.lastError, receiver.isUp == false || receiver.setAside > 0 { words.append(error) }
        if words.isEmpty, receiver.isUp != false { words.append(receiver.isUp == true ? "all acknowledged" : "nothing sent yet") }
        line.add((receiver.isUp == false ? " " : "") + words.joined(separator: ", "), receiver.setAside > 0 || receiver.waiting > 0 ? .barNear : .plain)
        return line
    }

    /// What needs looking after first.
    private static func weight(_ receiver: RoomStatus.Receiver) -> Int {
        (receiver.isUp == false ? 1 << 40 : 0) + (receiver.setAside > 0 ? 1 << 30 : 0) + min(receiver.waiting, 1 << 20)
    }

    /// "48 GB".
    private static func size(_ bytes: Int64) -> String {
        bytes >= 1 << 30 ? "\(bytes >> 30) GB" : "\(bytes >> 20) MB"
    }
}
