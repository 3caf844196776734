import Board
import Foundation
import Pictures
import Synchronization
import Worklist

/// The board's list and room, asked of a service over HTTP, and what its keys do there.
final class ServiceReading: Sendable {
    private let client: ServiceClient
    private let person: Person?
    private let last = Mutex(Last())

    /// What was read last, and what it took.
    private struct Last {
        /// Of the whole list, and of its first places.
        var tag: String?
        var firstTag: String?
        var items: [WorklistItem] = []
        var wholeAt: Timestamp?
        var processorSeconds = 0.0

        /// A long list takes its time to read: between two whole ones passes so many times as much.
        private static let pausePerWhole = 200.0

        func isWholeDue(at now: Timestamp) -> Bool {
            guard let wholeAt else { return true }
            return !(0..<processorSeconds * Self.pausePerWhole ~= now.seconds(since: wholeAt))
        }
    }

    /// Read at once even of the longest list: what has become urgent comes in among them.
    private static let firstPlaces = 100
    private static let pauseSeconds = 2.0

    init(_ client: ServiceClient, person: Person?) {
        self.client = client
        self.person = person
    }

    var source: BoardSource {
        var source = BoardSource(
            name: client.shownAddress, pauseSeconds: Self.pauseSeconds, person: person, read: { [self] in read() },
            order: { [self] policy in
                guard let read = try list(["policy": policy.rawValue], known: nil) else { throw Failure("the service sent no list") }
                return BoardList(read.snapshot)
            },
            study: { [self] uid in
                let answer = try client.get("explain/\(uid)")
                guard answer.status == 200 else { throw Failure(answer) }
                return try StudyFile(json: answer.body)
            },
            film: { [self] request in try film(request) }, act: { [self] act in try self.act(act) })
        source.suggestedName = ProcessInfo.processInfo.environment["FIRSTREAD_NAME"] ?? ""
        return source
    }

    private func read() -> Reading {
        last.withLock { last in
            let now = Timestamp(Date())
            do {
                let list = try last.isWholeDue(at: now) ? whole(&last, at: now) : first(&last)
                return Reading(at: now, list: list, room: try room())
            } catch {
                last = Last()
                return Reading(at: now, trouble: "\(error)")
            }
        }
    }

    private func whole(_ last: inout Last, at now: Timestamp) throws -> BoardList? {
        let began = ProcessorTime.ofThisThread
        guard let read = try list([:], known: last.tag) else { return nil }
        let list = BoardList(read.snapshot)
        last = Last(tag: read.tag, items: list.items, wholeAt: now, processorSeconds: ProcessorTime.ofThisThread - began)
        return list
    }

    /// The first places as they are now, and behind them what the list had else; nil where nothing but time has changed.
    private func first(_ last: inout Last) throws -> BoardList? {
        guard let read = try list(["limit": String(Self.firstPlaces)], known: last.firstTag) else { return nil }
        last.firstTag = read.tag
        let first = read.snapshot.items
        let isSame = first.count <= last.items.count && zip(first, last.items).allSatisfy { $0.isSame(as: $1) }
        guard !isSame else { return nil }
        last.items = last.items.beginning(with: first)
        return BoardList(WorklistSnapshot(takenAt: read.snapshot.takenAt, items: last.items))
    }

    /// Nil where it is the known one.
    private func list(_ query: [String: String], known: String?) throws -> (snapshot: WorklistSnapshot, tag: String?)? {
        let answer = try client.get("worklist", query, headers: known.map { ["If-None-Match": $0] } ?? [:])
        if answer.status == 304, known != nil { return nil }
        guard answer.status == 200 else { throw Failure(answer) }
        let items: [WorklistItem]
        do {
            items = try JSONDecoder().decode([WorklistItem].self, from: answer.body)
        } catch {
            throw Failure("the answer is no list; is this the address of firstread, and of the same version?")
        }
        let takenAt = answer.header("X-Snapshot-Taken-At").flatMap(Timestamp.init(rfc3339:))
        return (WorklistSnapshot(takenAt: takenAt ?? Timestamp(Date()), items: items), answer.header("ETag"))
    }

    private func room() throws -> RoomStatus {
        let answer = try client.get("room")
        guard answer.status == 200 else { throw Failure(answer) }
        do {
            return try JSONDecoder().decode(RoomStatus.self, from: answer.body)
        } catch {
            throw Failure("the answer is no room; is the service of the same version?")
        }
    }

    private static let filmSize = 512

    private func film(_ request: FilmRequest) throws -> Film {
        let image = "studies/\(request.study)/images/\(request.image)"
        let film = try client.get("\(image)/film.png", ["size": String(Self.filmSize)])
        guard film.status == 200 else { throw Failure(film) }
        let grey = try PNGPixels(png: Array(film.body), as: .grey)
        var picture = Film(grey: Picture(columns: grey.width, rows: grey.height, channels: 1, bytes: grey.bytes))
        guard let finding = request.finding else { return picture }
        let map = try client.get("\(image)/heatmap.png", ["finding": finding])
        if map.status == 200 {
            let heat = try PNGPixels(png: Array(map.body), as: .rgba)
            picture.heat = Picture(columns: heat.width, rows: heat.height, channels: 4, bytes: heat.bytes)
        } else {
            picture.whyNoHeat = Failure(map).sentence
        }
        return picture
    }

    private func act(_ act: Act) throws {
        var body: [String: String] = [:]
        body["by"] = act.by
        if !act.reason.isEmpty { body["reason"] = act.reason }
        let path =
            switch act.kind {
            case .claim, .release, .pin, .unpin: "studies/\(act.target)/\(act.kind.rawValue)"
            case .sign, .reject: "reports/\(act.target)/\(act.kind.rawValue)"
            case .acknowledge: "alarms/\(act.target)/acknowledge"
            }
        let answer = try client.post(path, body)
        guard (200..<300).contains(answer.status) else { throw Failure(answer) }
    }
}
