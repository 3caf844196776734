import Board
import Foundation
import Inference
import Pictures
import ReadingRoom
import Reporting
import Storage
import Synchronization
import Worklist

/// What the board's keys look up and do in a data folder, beside the service. Each look and each deed is in the access log.
final class FolderActs: Sendable {
    private let folder: DataFolder
    private let writing = Mutex<WorklistStore?>(nil)
    private let films = Mutex<FolderFilms?>(nil)

    init(_ folder: DataFolder) { self.folder = folder }

    func study(_ uid: String, _ view: WorklistView, known: WorklistItem?, at now: Timestamp) throws -> StudyFile {
        guard let study = UID(uid), let explanation = try view.explanation(of: study, known: known, archiveFolder: folder.archivePath, at: now) else {
            throw Failure("no study \(uid) is known here any more")
        }
        saw("explain", uid, at: now)
        return try StudyFile(json: JSONEncoder().encode(explanation))
    }

    private static let filmSize = 512

    func film(_ request: FilmRequest, _ view: WorklistView) throws -> Film {
        let films = films.withLock { films in
            let kept = films ?? FolderFilms(store: view.store, folder: folder) { try ShippedModels.folders().map { try ModelFolder.load($0) } }
            films = kept
            return kept
        }
        let grey = try films.film(of: request.image, in: request.study, longest: Self.filmSize)
        saw("film", request.study, request.image, at: Timestamp(Date()))
        var film = Film(grey: Picture(columns: grey.width, rows: grey.height, channels: 1, bytes: grey.pixels))
        guard let finding = request.finding else { return film }
        do {
            let heat = try films.heatMap(of: finding, in: request.image, of: request.study, longest: Self.filmSize)
            film.heat = Picture(columns: heat.width, rows: heat.height, channels: 4, bytes: heat.pixels)
            saw("heatmap", request.study, "\(finding) in \(request.image)", at: Timestamp(Date()))
        } catch {
            film.whyNoHeat = "\(error)"
        }
        return film
    }

    func perform(_ act: Act, _ view: WorklistView, _ items: [WorklistItem], at now: Timestamp) throws {
        let store = try writable()
        let name = act.by ?? ""
        let desk = ReadingDesk(store: store)
        let reports = ReportDesk(store: store)
        var isKnown = true
        switch act.kind {
        // Whoever may write this folder may give back for another; the log says who did.
        case .claim: isKnown = try desk.record(ReaderDeed.claim, of: uid(act), by: name, at: now) != nil
        case .release: isKnown = try desk.record(ReaderDeed.release, of: uid(act), by: name, ofAnyone: true, at: now) != nil
        case .pin: isKnown = try desk.record(PinDeed.pin, of: uid(act), by: name, reason: act.reason, at: now) != nil
        case .unpin: isKnown = try desk.record(PinDeed.release, of: uid(act), by: name, reason: act.reason, at: now) != nil
        case .sign: try note(act, of: reports.sign(act.target, by: name, text: nil, at: now).studyInstanceUID, at: now)
        case .reject: try note(act, of: reports.reject(act.target, by: name, reason: act.reason, at: now).studyInstanceUID, at: now)
        case .acknowledge:
            let room = RoomReading(view: WorklistView(store: store, ordering: view.ordering, policy: view.policy), folder: folder)
            guard let alarm = try room.acknowledge(act.target, among: items, by: name, at: now) else { throw Failure("there is no such alarm any more") }
            try note(act, of: alarm.studyInstanceUID.flatMap { UID($0) }, at: now)
        }
        if !isKnown { throw Failure("this study is not here any more") }
    }

    private func uid(_ act: Act) throws -> UID {
        guard let uid = UID(act.target) else { throw Failure("\(act.target) is no UID") }
        return uid
    }

    private func note(_ act: Act, of study: UID?, at now: Timestamp) throws {
        try writable().note(AccessEntry(time: now, name: act.by ?? "", act: act.kind.rawValue, study: study?.text, detail: act.target))
    }

    /// Nobody has given a name for a look: it is the system's user who sees it. A log that can't be written hides no study.
    private func saw(_ act: String, _ study: String, _ detail: String = "", at now: Timestamp) {
        try? writable().note(AccessEntry(time: now, name: "\(NSUserName()) at the board", act: act, study: study, detail: detail))
    }

    /// Opened when it is first needed: to look on, reading is enough.
    private func writable() throws -> WorklistStore {
        try writing.withLock { kept in
            let store = try kept ?? WorklistStore(path: folder.databasePath, durability: .synced)
            kept = store
            return store
        }
    }
}
