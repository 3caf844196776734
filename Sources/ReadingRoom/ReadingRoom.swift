import Crypto
import DICOM
import Foundation
import HL7
import Inference
package import Logging
import ServiceLifecycle
import Storage
import UnixSignals
import Web
import Worklist

/// The stages, joined: receive → assemble → score → order → announce.
///
///     let room = try await ReadingRoom(settings, log: log)
///     try await room.run { ports in print("ready dicom=\(ports.dicom) …") }     // until SIGTERM or SIGINT
package final class ReadingRoom: Sendable {
    private let settings: ServiceSettings
    private let log: Logger
    private let lock: DataFolderLock
    private let folder: DataFolder
    private let archive: StudyArchive
    private let store: WorklistStore
    private let models: [Model]
    private let view: WorklistView
    private let clock: WallClock = { Timestamp(Date()) }
    private let tally = ScoringTally()
    private let arrivals = Doorbell()
    private let scoring = Doorbell()
    private let outboxes: [Doorbell]

    /// Opens everything that can be wrong: the data folder and its lock, the database, the models with their self-check.
    package init(_ settings: ServiceSettings, log: Logger) throws {
        self.settings = settings
        self.log = log
        try DCMTK.start(log: Logger(label: "firstread.dicom"))
        folder = DataFolder(path: settings.dataFolder)
        lock = try folder.lock()
        let durability: StudyArchive.Durability = settings.isSynced ? .synced : .pageCache
        archive = try StudyArchive(dataFolder: folder.path, durability: durability)
        store = try WorklistStore(path: settings.databasePath ?? folder.databasePath, durability: durability)
        models = try settings.models.map { try Self.load($0, log: log) }
        view = WorklistView(store: store, ordering: settings.ordering, policy: settings.policy)
        outboxes = settings.feed.addresses.map { _ in Doorbell() }
        try store.releaseScoringLeases()
    }

    private static func load(_ folder: String, log: Logger) throws -> Model {
        let model = try ModelFolder.load(folder)
        log.info("model loaded", metadata: [
            "model.name": "\(model.description.name)", "model.version": "\(model.description.version)", "model.sha256": "\(model.description.sha256)",
            "model.engine": "\(model.engine.described)", "model.reference-difference": "\(model.referenceDifference)",
        ])
        for warning in model.warnings { log.warning("model folder is odd", metadata: ["model.warning": "\(warning)"]) }
        return model
    }
}
