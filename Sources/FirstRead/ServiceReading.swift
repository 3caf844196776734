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

    private struct Last {
        /// Of the list that the board has.
        var tag: String?
    }

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
                return read.list
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
            do {
                let read = try list([:], known: last.tag)
                let room = try room()
                if let read { last.tag = read.tag }
                return Reading(at: Timestamp(Date()), list: read?.list, room: room)
            } catch {
                last = Last()
                return Reading(at: Timestamp(Date()), trouble: "\(error)")
            }
        }
    }

    private func list(_ query: [String: String], known: String?) throws -> (list: BoardList, tag: String?)? {
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
        return (BoardList(WorklistSnapshot(takenAt: takenAt ?? Timestamp(Date()), items: items)), answer.header("ETag"))
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
