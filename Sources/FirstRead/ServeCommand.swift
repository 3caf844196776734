import ArgumentParser
import Foundation
import Logging
import ReadingRoom
import Reporting
import Worklist

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the service: receives, scores, orders and announces studies.",
        discussion: """
            Each setting is a flag, an environment variable (FIRSTREAD_DICOM_PORT for --dicom-port) and a key of the JSON file
            named by --config; a flag wins over the environment, the environment over the file. Prints one line
            `ready dicom=PORT hl7=PORT http=PORT` when it takes work. SIGTERM or Ctrl-C: stops taking, finishes what is in hand.

            EXAMPLES:
              firstread serve --data /var/lib/firstread --feed pacs.example:2575 --dicom-host 0.0.0.0
              firstread serve --data /var/lib/firstread --users /etc/firstread/users.json
              firstread serve --config site.json --log-level debug
              firstread serve --data /tmp/try --dicom-port 0 --hl7-port 0 --http-port 0 --open
            """)

    @Option(help: ArgumentHelp("A JSON file with settings.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The folder for objects and database.", valueName: "dir"))
    var data: String

    @Option(help: ArgumentHelp("The database: a path of an SQLite file (default: inside --data).", valueName: "url"))
    var database: String?

    @Option(help: ArgumentHelp("A model folder; repeatable (default: those in Models/).", valueName: "dir"))
    var model: [String] = []

    @Option(help: "Where the DICOM listener binds.")
    var dicomHost = "127.0.0.1"
    @Option(help: "0 picks a free port.")
    var dicomPort: UInt16 = 11112
    @Option(help: "Our AE title, at most 16 characters.")
    var aeTitle = "FIRSTREAD"
    @Option(help: ArgumentHelp("A calling AE title that may send; repeatable (none: all).", valueName: "title"))
    var allowAe: [String] = []
    @Option(help: "Associations at once; more are rejected for the time being.")
    var maxAssociations = 64
    @Option(help: ArgumentHelp("The longest PDU we take, in bytes.", valueName: "bytes"))
    var maxPdu: UInt32 = 131_072
    @Option(help: ArgumentHelp("The largest object we take.", valueName: "MB"))
    var maxObjectMegabytes = 4096
    @Option(help: ArgumentHelp("How long a sender may take to negotiate an association.", valueName: "s"))
    var acseSeconds = 30
    @Option(help: ArgumentHelp("How long an association may be silent.", valueName: "s"))
    var dimseSeconds = 60
    @Option(help: ArgumentHelp("Objects are refused (0xA700) while less is free on the data folder's disk.", valueName: "MB"))
    var minimumFreeMegabytes = 16

    @Option(help: "Where the HL7 server binds.")
    var hl7Host = "127.0.0.1"
    @Option(help: "0 picks a free port.")
    var hl7Port: UInt16 = 2575
    @Option(help: ArgumentHelp("The longest HL7 message we take.", valueName: "kB"))
    var maxHl7Kilobytes = 4096
    @Option(help: "HL7 connections at once; more are closed at once.")
    var maxHl7Connections = 64
    @Option(help: ArgumentHelp("How long an HL7 message may take from its first byte to its last.", valueName: "s"))
    var hl7MessageSeconds = 60.0
    @Option(help: ArgumentHelp("How long an HL7 connection may be silent.", valueName: "s"))
    var hl7IdleSeconds = 3600.0

    @Option(help: "Where the HTTP server binds.")
    var httpHost = "127.0.0.1"
    @Option(help: "0 picks a free port.")
    var httpPort: UInt16 = 8080
    @Flag(help: "The page and the API without sign-in; on loopback only.")
    var open = false
    @Option(help: ArgumentHelp("The people who may sign in, as `firstread user` keeps them.", valueName: "file"))
    var users: String?
    @Option(help: ArgumentHelp("A session ends after so long without a deed; in any case after 12 hours.", valueName: "min"))
    var sessionMinutes = 30.0
    @Option(help: "Failed sign-ins of one name, or from one address, after which more are refused.")
    var signInAttempts = 5
    @Option(help: ArgumentHelp("How long failed sign-ins count.", valueName: "min"))
    var signInMinutes = 15.0
    @Option(help: ArgumentHelp("The address of the TLS proxy in front, whose X-Forwarded-For is believed.", valueName: "address"))
    var trustedProxy: String?
    @Option(help: "Pages that may listen for changes at once.")
    var httpMaxStreams = 500
    @Option(help: "Films drawn for pages at once.")
    var httpFilmWorkers = 1
    @Option(help: ArgumentHelp("What films that were drawn last may take of memory.", valueName: "MB"))
    var httpFilmCacheMegabytes = 128
    @Option(help: "Pictures that may wait to be drawn; more are refused.")
    var httpFilmQueue = 64
    @Option(help: ArgumentHelp("How long a claim lasts without a report.", valueName: "min"))
    var claimMinutes = 120.0
    @Option(help: ArgumentHelp("Less free than this on the data folder's disk is an alarm.", valueName: "MB"))
    var lowDiskMegabytes = 1024

    @Option(help: ArgumentHelp("A system that is told, over MLLP; repeatable.", valueName: "host:port"))
    var feed: [String] = []
    @Option(help: "omi or orm: which message tells it.")
    var feedFormat: FeedFormat = .omi
    @Option(help: ArgumentHelp("How long a message is tried again before it is set aside.", valueName: "h"))
    var feedRetryHours = 24.0
    @Option(help: ArgumentHelp("How long to wait for an acknowledgement.", valueName: "s"))
    var feedAnswerSeconds = 15.0

    @Option(help: ArgumentHelp("A DICOM store that gets results by C-STORE; repeatable.", valueName: "host:port:aet"))
    var store: [String] = []
    @Option(help: ArgumentHelp("The institution named in results (default: that of the images).", valueName: "name"))
    var institution = ""
    @Option(help: ArgumentHelp("How long a store may take to accept a connection.", valueName: "s"))
    var storeConnectSeconds = 5
    @Option(help: ArgumentHelp("How long a store may take to negotiate an association.", valueName: "s"))
    var storeAcseSeconds = 15
    @Option(help: ArgumentHelp("How long a store may take to answer.", valueName: "s"))
    var storeDimseSeconds = 30

    @Option(help: ArgumentHelp("A study is complete when no image has come for so long.", valueName: "s"))
    var studyQuietSeconds = 10.0
    @Option(help: "The ordering policy: \(PolicyName.allCases.map(\.rawValue).joined(separator: ", ")).")
    var policy = OrderingOptions.standard
    @Option(help: ArgumentHelp("Categories, limits and costs of delay (default: the shipped policy).", valueName: "file"))
    var policyFile: String?

    @Option(help: "on: a draft report is made where everything speaks for a normal film.")
    var drafts: Toggle = .off
    @Option(help: "en or de: the language of drafts.")
    var reportLanguage: ReportLanguage = .en
    @Option(help: ArgumentHelp("A folder with normal.LANGUAGE.mustache and narrative.LANGUAGE.mustache (default: those shipped).", valueName: "dir"))
    var reportTemplates: String?
    @Option(help: ArgumentHelp("What orders ask about, in words (default: the shipped terms).", valueName: "file"))
    var orderTerms: String?

    @Option(help: "on: nothing is acknowledged before it is on the disk; off: for benchmarks and disposable data.")
    var fsync: Toggle = .on
    @Option(help: "Studies scored at once (default: one per core).")
    var scoringWorkers: Int = max(1, ProcessInfo.processInfo.activeProcessorCount)
    @Option(help: "A study whose scoring stopped the service so often is listed unscored.")
    var maxScoringAttempts = 3
    @Option(help: "trace, debug, info, notice, warning, error, critical.", transform: Serve.level)
    var logLevel = Logger.Level.info

    enum Toggle: String, ExpressibleByArgument, CaseIterable { case on, off }

    @Sendable private static func level(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            throw ValidationError("--log-level \(text) is none of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return level
    }

    func validate() throws {
        if aeTitle.isEmpty || aeTitle.utf8.count > 16 { throw ValidationError("--ae-title must have 1 to 16 characters (PS3.5 section 6.2, AE)") }
        // A terabyte each of object and free disk, a gigabyte of HL7 message.
        for (name, value, bounds) in [
            ("max-associations", maxAssociations, 1...10_000), ("max-object-megabytes", maxObjectMegabytes, 1...1_048_576),
            ("acse-seconds", acseSeconds, 1...86_400), ("dimse-seconds", dimseSeconds, 1...86_400),
            ("minimum-free-megabytes", minimumFreeMegabytes, 0...1_048_576), ("max-hl7-kilobytes", maxHl7Kilobytes, 1...1_048_576),
            ("max-hl7-connections", maxHl7Connections, 1...10_000), 
            ("scoring-workers", scoringWorkers, 1...1024), ("max-scoring-attempts", maxScoringAttempts, 1...1000),
            ("store-connect-seconds", storeConnectSeconds, 1...3600), ("store-acse-seconds", storeAcseSeconds, 1...3600),
            ("store-dimse-seconds", storeDimseSeconds, 1...3600), ("http-max-streams", httpMaxStreams, 1...100_000),
            ("http-film-workers", httpFilmWorkers, 1...64), ("http-film-cache-megabytes", httpFilmCacheMegabytes, 0...65_536),
            ("http-film-queue", httpFilmQueue, 1...10_000), ("low-disk-megabytes", lowDiskMegabytes, 0...1_073_741_824), ("sign-in-attempts", signInAttempts, 1...1000),
        ] where !bounds.contains(value) {
            throw ValidationError("--\(name) must lie in \(bounds.lowerBound)…\(bounds.upperBound)")
        }
        for (name, value, bounds, longest) in [
            ("study-quiet-seconds", studyQuietSeconds, 0...604_800, "7 days"), ("feed-retry-hours", feedRetryHours, 0...8760, "a year"),
            ("feed-answer-seconds", feedAnswerSeconds, 0.001...3600, "an hour"), ("hl7-message-seconds", hl7MessageSeconds, 0.001...3600, "an hour"),
            ("hl7-idle-seconds", hl7IdleSeconds, 0.001...604_800, "7 days"), ("claim-minutes", claimMinutes, 0.001...10_080, "7 days"),
            ("session-minutes", sessionMinutes, 0.01...720, "12 hours"), ("sign-in-minutes", signInMinutes, 0.01...1440, "a day"),
        ] as [(String, Double, ClosedRange<Double>, String)] where !bounds.contains(value) {
            throw ValidationError("--\(name) must lie in \(bounds.lowerBound)…\(bounds.upperBound) (\(longest))")
        }
        if maxPdu < 4096 || maxPdu > 131_072 { throw ValidationError("--max-pdu must lie in 4096…131072") }
        if open, !["127.0.0.1", "::1", "localhost"].contains(httpHost) {
            throw ValidationError("--open shows patients to anyone who can connect; it works on loopback only, not on \(httpHost)")
        }
        if open, users != nil { throw ValidationError("--open lets everybody on this machine in, --users those in its file; leave one of them out") }
        for feed in feed where FeedAddress(feed) == nil { throw ValidationError("--feed \(feed) is no HOST:PORT") }
        for store in store where StoreAddress(store) == nil {
            throw ValidationError(
                "--store \(store) is no HOST:PORT:AET with a host name of fewer than 58 characters or an IPv4 address, and an AE title of 1 to 16 characters without blanks")
        }
        if institution.count > 64 { throw ValidationError("--institution must have at most 64 characters (PS3.5 section 6.2, LO)") }
        if let database, database.hasPrefix("postgres") {
            throw ValidationError("--database \(database): PostgreSQL is not supported yet; leave --database out for SQLite")
        }
    }

    func run() async throws {
        let settings = ServiceSettings(
            dataFolder: data, databasePath: database.map { $0.hasPrefix("sqlite:") ? String($0.dropFirst("sqlite:".count)) : $0 },
            models: try model.isEmpty ? ShippedModels.folders() : model,
            dicom: DICOMSettings(
                host: dicomHost, port: dicomPort, aeTitle: aeTitle, allowedCallingAETitles: Set(allowAe), maximumAssociations: maxAssociations,
                maximumPDU: maxPdu, maximumObjectBytes: UInt64(maxObjectMegabytes) << 20, acseSeconds: acseSeconds, dimseSeconds: dimseSeconds,
                minimumFreeBytes: UInt64(minimumFreeMegabytes) << 20),
            hl7: HL7Settings(
                host: hl7Host, port: hl7Port, maximumMessageBytes: maxHl7Kilobytes << 10, maximumConnections: maxHl7Connections,
                messageSeconds: hl7MessageSeconds, idleSeconds: hl7IdleSeconds),
            http: HTTPSettings(
                host: httpHost, port: httpPort, isOpen: open,
                signIn: SignInSettings(
                    usersFile: users, sessionMinutes: sessionMinutes, attempts: signInAttempts, attemptMinutes: signInMinutes, trustedProxy: trustedProxy),
                maximumStreams: httpMaxStreams,
                films: FilmSettings(workers: httpFilmWorkers, cacheBytes: httpFilmCacheMegabytes << 20, longestQueue: httpFilmQueue)),
            feed: FeedSettings(
                addresses: feed.compactMap(FeedAddress.init), format: feedFormat, retryHours: feedRetryHours, answerSeconds: feedAnswerSeconds),
            store: StoreSettings(
                addresses: store.compactMap(StoreAddress.init), institution: institution, connectSeconds: storeConnectSeconds,
                acseSeconds: storeAcseSeconds, dimseSeconds: storeDimseSeconds),
            studyQuietSeconds: studyQuietSeconds, ordering: policy, policy: try PolicyOptions.load(policyFile),
            reporting: ReportingSettings(isDrafting: drafts == .on, language: reportLanguage, templates: reportTemplates, orderTerms: orderTerms), isSynced: fsync == .on,
            scoringWorkers: scoringWorkers, maximumScoringAttempts: maxScoringAttempts, claimMinutes: claimMinutes,
            lowDiskBytes: UInt64(lowDiskMegabytes) << 20, softwareVersion: FirstRead.version)
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = logLevel
            return handler
        }
        do {
            let room = try ReadingRoom(settings, log: Logger(label: "firstread"))
            try await room.run { ports in
                FileHandle.standardOutput.write(Data("ready dicom=\(ports.dicom) hl7=\(ports.hl7) http=\(ports.http)\n".utf8))
            }
        } catch {
            throw Failure(error)
        }
    }
}

extension FeedFormat: ExpressibleByArgument {}
extension ReportLanguage: ExpressibleByArgument {}
