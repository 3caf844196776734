import DICOM
import Foundation
import HL7
import Inference
package import Logging
import Reporting
import ServiceLifecycle
import Storage
import UnixSignals
import Web
import Worklist

/// The stages, joined: receive → assemble → score → order → draft → announce.
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
    private let words: ReportWords
    private let access: Access
    private let clock: WallClock = { Timestamp(Date()) }
    private let tally = ScoringTally()
    private let arrivals = Doorbell()
    private let scoring = Doorbell()
    private let outboxes: [Doorbell]
    private let standings = ReceiverStandings()
    private let commits: Doorbell
    private let changes: ChangeFeed

    /// Longest time from SIGTERM to the end: what is in hand is finished, what is not through by then is dropped unanswered.
    private static let stopLimit: Duration = .seconds(15)

    /// Opens everything that can be wrong: the data folder and its lock, the database, the models with their self-check.
    package init(_ settings: ServiceSettings, log: Logger) throws {
        self.settings = settings
        self.log = log
        try DCMTK.start(log: Logger(label: "firstread.dicom"))
        folder = DataFolder(path: settings.dataFolder)
        lock = try folder.lock()
        let durability: StudyArchive.Durability = settings.isSynced ? .synced : .pageCache
        archive = try StudyArchive(dataFolder: folder.path, durability: durability)
        let commits = Doorbell()
        self.commits = commits
        changes = ChangeFeed(maximumStreams: settings.http.maximumStreams)
        store = try WorklistStore(
            path: settings.databasePath ?? folder.databasePath, durability: durability,
            noteDamage: { log.error("a record of the database cannot be read whole", metadata: ["error.description": "\($0)"]) },
            changed: { commits.ring() })
        models = try settings.models.map { try Self.load($0, settings.engine, log: log) }
        view = WorklistView(store: store, ordering: settings.ordering, policy: settings.policy)
        words = try ReportWords(settings.reporting)
        access = try settings.http.access(clock: clock, log: Logger(label: "firstread.sign-in"))
        for warning in settings.policy.warnings { log.warning("the policy file is odd", metadata: ["policy.warning": "\(warning)"]) }
        outboxes = (settings.feed.addresses.map(\.description) + settings.store.addresses.map(\.description)).map { _ in Doorbell() }
        try store.releaseScoringLeases()
        try store.keep(KeptOrdering(ordering: settings.ordering, policy: settings.policy))
        try store.keep(KeptReporting(settings.reporting, feeds: settings.feed.addresses))
    }

    /// Serves until SIGTERM or SIGINT, or until a stage fails for good; `ready` is called once all three ports take work.
    package func run(whenReady ready: @escaping @Sendable (ServicePorts) -> Void) async throws {
        let listener = try StorageListener(
            settings: settings.dicom.listener, sink: receptionDesk.sink, log: Logger(label: "firstread.dicom"))
        let hl7 = try await hl7Server()
        let keeper = ListKeeper(view, changes: changes, bell: commits, clock: clock, log: Logger(label: "firstread.list"))
        let web = WebServer(
            WebServer.Settings(settings.http, access), content: webDesk(listener, keeper).content, log: Logger(label: "firstread.http"))
        let stages: [any Service] =
            (try posts()) + [reportStage, draftStage] + (try scoringDesks())
            + [
                Stage { try await self.assembly.run() },
                Stage { try await self.claimExpiry.run() },
                Stage { await keeper.keep() },
                WebStage(web: web, settings: settings.http, changes: changes) { port in
                    ready(ServicePorts(dicom: UInt16(listener.port), hl7: UInt16(hl7.port), http: UInt16(port)))
                },
                Stage { try await hl7.run() },
                ListenerStage(listener: listener),
            ]
        // They stop in reverse: first nothing more comes in, then what is here is finished, last of all the messages about it.
        var group = ServiceGroupConfiguration(
            services: stages.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "firstread.stages"))
        group.maximumGracefulShutdownDuration = Self.stopLimit
        group.maximumCancellationDuration = .seconds(3)
        try await ServiceGroup(configuration: group).run()
        log.info("stopped")
    }

    private var announcing: Announcing { Announcing(feed: settings.feed, view: view) }

    private var receptionDesk: ReceptionDesk {
        ReceptionDesk(
            archive: archive, store: store, folder: folder, minimumFreeBytes: settings.dicom.minimumFreeBytes, aeTitle: settings.dicom.aeTitle,
            announcing: announcing, clock: clock, arrivals: arrivals, scoring: scoring, log: Logger(label: "firstread.reception"))
    }

    private var assembly: Assembly {
        Assembly(
            store: store, quietSeconds: settings.studyQuietSeconds, clock: clock, arrivals: arrivals, scoring: scoring,
            log: Logger(label: "firstread.assembly"))
    }

    private func hl7Server() async throws -> MLLPServer {
        let desk = OrderDesk(
            store: store, announcing: announcing, clock: clock, scoring: scoring, outboxes: outboxes, log: Logger(label: "firstread.orders"))
        let mllp = settings.hl7.server
        do {
            return try await MLLPServer(mllp, log: Logger(label: "firstread.hl7")) { bytes, peer in await desk.answer(bytes, from: peer) }
        } catch {
            throw PortError(service: "HL7", host: mllp.host, port: mllp.port, settings: "--hl7-host and --hl7-port", cause: error)
        }
    }

    private func scoringDesks() throws -> [any Service] {
        let setting = ScoringSetting(
            store: store, archive: archive, models: models, crew: Crew(), policy: settings.policy, settingsSHA256: try settings.policy.sha256,
            maximumAttempts: settings.maximumScoringAttempts, announcing: announcing, results: results, clock: clock,
            scoring: scoring, outboxes: outboxes, tally: tally, log: Logger(label: "firstread.scoring"))
        return (0..<settings.scoringWorkers).map { _ in
            let desk = ScoringDesk(setting)
            return Stage { await desk.run() }
        }
    }

    private var reportStage: any Service {
        let stage = ReportStage(results: results, store: store, clock: clock, outboxes: outboxes, log: Logger(label: "firstread.reports"))
        return Stage { await stage.run() }
    }

    private var draftStage: any Service {
        let log = Logger(label: "firstread.drafting")
        let desk = DraftDesk(
            store: store, archive: archive, models: models.map(DraftingModel.init), policy: settings.policy, words: words,
            isDrafting: settings.reporting.isDrafting, announcing: ReportAnnouncing(feeds: settings.feed.addresses.map(\.description)), log: log)
        let stage = DraftStage(desk: desk, store: store, clock: clock, outboxes: outboxes, log: log)
        return Stage { await stage.run() }
    }

    /// Makes the DICOM objects that go to the stores.
    private var results: ResultDesk {
        ResultDesk(
            stores: settings.store, store: store, archive: archive,
            equipment: ResultEquipment(aeTitle: settings.dicom.aeTitle, softwareVersion: settings.softwareVersion, timeZone: .current),
            log: Logger(label: "firstread.results"))
    }

    private func posts() throws -> [any Service] {
        let carriers: [any Carrier] =
            settings.feed.addresses.map { FeedCarrier($0, settings.feed) }
            + (try settings.store.addresses.map { try StoreCarrier($0, settings.store, from: settings.dicom.aeTitle, store: store) })
        return zip(carriers, outboxes).map { carrier, outbox in
            let post = OutboxPost(
                carrier: carrier, retryHours: settings.feed.retryHours, store: store, clock: clock, outbox: outbox,
                standings: standings,
                log: Logger(label: "firstread.feed"))
            return PostStage(post: post, outbox: outbox)
        }
    }

    private var claimExpiry: ClaimExpiry {
        ClaimExpiry(store: store, minutes: settings.claimMinutes, clock: clock, log: Logger(label: "firstread.claims"))
    }

    private var receivers: [String] { settings.feed.addresses.map(\.description) + settings.store.addresses.map(\.description) }

    private func webDesk(_ listener: StorageListener, _ keeper: ListKeeper) -> WebDesk {
        let figures = ServiceFigures(
            store: store, folder: folder, listener: listener, tally: tally, receivers: receivers, models: models,
            minimumFreeBytes: settings.dicom.minimumFreeBytes, startedAt: clock(), clock: clock)
        let room = RoomReading(view: view, folder: folder, isOpen: settings.http.isOpen, lowDiskBytes: settings.lowDiskBytes) {
            [tally, receivers, standings, models = models.map { ModelReference($0) }] in
            let counters = listener.counters
            let done = tally.now
            return ServiceRecord(
                port: listener.port, associations: counters.associationsOpen, received: counters.objectsStored, rejected: counters.objectsRefused,
                scored: done.scored, unscored: done.unscored, models: models, receivers: receivers, standings: standings.now)
        }
        return WebDesk(
            view: view, archive: archive, keeper: keeper, room: room, figures: figures,
            films: FilmDesk(store: store, archive: archive, models: models, settings: settings.http.films),
            access: AccessDesk(store: store, clock: clock, log: Logger(label: "firstread.access")), clock: clock, outboxes: outboxes)
    }

    private static func load(_ folder: String, _ settings: EngineSettings, log: Logger) throws -> Model {
        let model = try ModelFolder.load(folder, settings: settings)
        guard model.description.approved != nil else {
            throw InferenceError(
                .notApproved, "nobody has approved this model for use", at: folder,
                remedy: "look at `firstread model check \(folder)`, then say `firstread model approve \(folder) --by NAME`")
        }
        log.info("model loaded", metadata: [
            "model.name": "\(model.description.name)", "model.version": "\(model.description.version)", "model.sha256": "\(model.description.sha256)",
            "model.engine": "\(model.engine.described)", "model.approved": "\(model.description.approvedOn.map { "\($0)" } ?? "")", "model.reference-difference": "\(model.referenceDifference)",
        ])
        if let core = OpenBLAS.wantedCoreName {
            log.info("OPENBLAS_CORETYPE is set: OpenBLAS uses the kernels asked for", metadata: ["openblas.wanted": "\(core)", "openblas.core": "\(OpenBLAS.coreName)"])
        }
        for warning in model.warnings { log.warning("model folder is odd", metadata: ["model.warning": "\(warning)"]) }
        return model
    }
}
