import Foundation
import Reporting
import Storage
import Web
import Worklist

/// Answers what pages ask for, from the other rooms; each look and each deed goes into the access log.
struct WebDesk: Sendable {
    let view: WorklistView
    let archive: StudyArchive
    let keeper: ListKeeper
    let room: RoomReading
    let figures: ServiceFigures
    let films: FilmDesk
    let access: AccessDesk
    let clock: WallClock
    let outboxes: [Doorbell]

    var content: WebContent {
        WebContent(
            health: { await figures.health() },
            metrics: { try await onBlockingThread { try figures.metrics() } },
            list: ListContent(list: { try await keeper.list($0) }, changes: keeper.changes),
            studies: StudyContent(explanation: explanation, film: film, heatMap: heatMap, act: act),
            reports: ReportContent(report: report, act: act),
            room: RoomContent(status: status, waits: waits, acknowledge: acknowledge, log: log, note: note))
    }

    // MARK: Studies

    @Sendable private func explanation(_ name: String, _ viewer: String) async throws -> StudyContent.Explained {
        let kept = try await keeper.kept()
        return try await onBlockingThread {
            let found = try view.studies(named: name)
            guard found.count <= 1 else { return .several(found.map(\.studyInstanceUID.text)) }
            guard let uid = found.first?.studyInstanceUID else { return .none }
            let known = kept.list.item(of: uid)
            guard let explanation = try view.explanation(of: uid, known: known, archiveFolder: archive.folder, at: clock()) else { return .none }
            access.saw("explain", uid.text, by: viewer)
            return .one(try Self.json(explanation))
        }
    }

    @Sendable private func film(_ query: FilmQuery, _ viewer: String) async throws -> FilmPicture {
        let picture = try await films.film(query)
        try await onBlockingThread { access.saw("film", query.study, by: viewer, query.image) }
        return picture
    }

    @Sendable private func heatMap(_ study: String, _ image: String, _ finding: String, _ viewer: String) async throws -> [UInt8] {
        let picture = try await films.heatMap(study, image, finding)
        try await onBlockingThread { access.saw("heatmap", study, by: viewer, "\(finding) in \(image)") }
        return picture
    }

    @Sendable private func act(_ act: StudyAct, _ study: String, _ name: String) async throws {
        try await onBlockingThread {
            let desk = ReadingDesk(store: view.store)
            let now = clock()
            guard let uid = UID(study) else { throw Self.unknown(study) }
            let changed: Study?
            do {
                switch act {
                case .claim: changed = try desk.record(ReaderDeed.claim, of: uid, by: name, at: now)
                case .release(let ofAnyone): changed = try desk.record(ReaderDeed.release, of: uid, by: name, ofAnyone: ofAnyone, at: now)
                case .pin(let reason): changed = try desk.record(PinDeed.pin, of: uid, by: name, reason: reason, at: now)
                case .unpin(let reason): changed = try desk.record(PinDeed.release, of: uid, by: name, reason: reason, at: now)
                }
            } catch let refusal as ReaderRefusal {
                throw WebRefusal(.conflict, refusal.description, "look at the list again")
            } catch let refusal as PinRefusal {
                throw WebRefusal(.conflict, refusal.description, "look at the list again")
            }
            guard changed != nil else { throw Self.unknown(study) }
            try keeper.require()
        }
    }

    private static func unknown(_ study: String) -> WebRefusal {
        WebRefusal(.notFound, "no study \(study) is known", "ask with a Study Instance UID of the list")
    }

    // MARK: Reports

    @Sendable private func report(_ id: String, _ viewer: String) async throws -> Data {
        try await onBlockingThread {
            let entry = try Self.entry(id, ReportDesk(store: view.store))
            access.saw("report", entry.draft.studyInstanceUID.text, by: viewer, entry.draft.id)
            return try Self.json(ReportJSON(entry))
        }
    }

    @Sendable private func act(_ act: ReportAct, _ id: String, _ name: String) async throws -> Data {
        try await onBlockingThread {
            let desk = ReportDesk(store: view.store)
            let before = try Self.entry(id, desk)
            let now = clock()
            let verb: String
            do {
                switch act {
                case .sign(let text):
                    verb = "sign"
                    try desk.sign(before.draft.id, by: name, text: text, at: now)
                case .reject(let reason):
                    verb = "reject"
                    try desk.reject(before.draft.id, by: name, reason: reason, at: now)
                case .correct(let text):
                    verb = "correct"
                    try desk.correct(before.draft.id, by: name, text: text, at: now)
                }
            } catch let refusal as DraftRefusal {
                throw WebRefusal(.conflict, refusal.description, "look at the report again")
            }
            access.did(verb, before.draft.studyInstanceUID.text, by: name, before.draft.id)
            try keeper.require()
            for outbox in outboxes { outbox.ring() }
            return try Self.json(ReportJSON(try Self.entry(id, desk)))
        }
    }

    private static func entry(_ id: String, _ desk: ReportDesk) throws -> ReportDesk.Entry {
        do {
            return try desk.entry(id)
        } catch let refusal as DraftRefusal {
            throw WebRefusal(.notFound, refusal.description, "ask with the id that the list shows")
        }
    }

    // MARK: The room

    @Sendable private func status() async throws -> RoomStatus {
        let kept = try await keeper.kept()
        return try await onBlockingThread { try room.status(of: kept.list.items, change: kept.change, at: clock()) }
    }

    @Sendable private func waits(_ period: WaitsByCategory.Period) async throws -> [WaitsByCategory] {
        let kept = try await keeper.kept()
        return try await onBlockingThread { try room.waits(over: period, open: kept.list.items, at: clock()) }
    }

    @Sendable private func acknowledge(_ id: String, _ name: String) async throws -> Alarm {
        let kept = try await keeper.kept()
        return try await onBlockingThread {
            guard let alarm = try room.acknowledge(id, among: kept.list.items, by: name, at: clock()) else {
                throw WebRefusal(.notFound, "there is no such alarm now", "its cause may have ended; look at the room again")
            }
            access.did("acknowledge", alarm.studyInstanceUID, by: name, id)
            return alarm
        }
    }

    @Sendable private func log(_ limit: Int) async throws -> Data {
        try await onBlockingThread { try Self.json(try view.store.access(first: limit)) }
    }

    @Sendable private func note(_ name: String, _ act: String, _ study: String?, _ detail: String) async {
        try? await onBlockingThread { access.did(act, study, by: name, detail) }
    }

    private static func json(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }
}
