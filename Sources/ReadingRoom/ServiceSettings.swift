package import Inference
package import Reporting
package import Worklist

/// All that the service is told at start; each value is a setting of `firstread serve`.
package struct ServiceSettings: Sendable {
    package var dataFolder: String
    /// nil: inside the data folder.
    package var databasePath: String?
    package var models: [String]
    package var dicom: DICOMSettings
    package var hl7: HL7Settings
    package var http: HTTPSettings
    package var feed: FeedSettings
    package var store: StoreSettings
    package var studyQuietSeconds: Double
    package var ordering: PolicyName
    package var policy: WorklistPolicy
    package var reporting: ReportingSettings
    /// Whether an answer waits for the disk.
    package var isSynced: Bool
    package var engine: EngineSettings
    package var scoringWorkers: Int
    package var maximumScoringAttempts: Int
    /// How long a claim lasts without a report.
    package var claimMinutes: Double
    /// Less free space on the data folder's disk than this is an alarm.
    package var lowDiskBytes: UInt64
    package var softwareVersion: String

    package init(
        dataFolder: String, databasePath: String?, models: [String], dicom: DICOMSettings, hl7: HL7Settings, http: HTTPSettings, feed: FeedSettings,
        store: StoreSettings, studyQuietSeconds: Double, ordering: PolicyName, policy: WorklistPolicy, reporting: ReportingSettings, isSynced: Bool, engine: EngineSettings, scoringWorkers: Int,
        maximumScoringAttempts: Int, claimMinutes: Double, lowDiskBytes: UInt64, softwareVersion: String
    ) {
        self.dataFolder = dataFolder
        self.databasePath = databasePath
        self.models = models
        self.dicom = dicom
        self.hl7 = hl7
        self.http = http
        self.feed = feed
        self.store = store
        self.studyQuietSeconds = studyQuietSeconds
        self.ordering = ordering
        self.policy = policy
        self.reporting = reporting
        self.isSynced = isSynced
        self.engine = engine
        self.scoringWorkers = scoringWorkers
        self.maximumScoringAttempts = maximumScoringAttempts
        self.claimMinutes = claimMinutes
        self.lowDiskBytes = lowDiskBytes
        self.softwareVersion = softwareVersion
    }
}

package struct DICOMSettings: Sendable {
    package var host: String
    package var port: UInt16
    package var aeTitle: String
    /// Empty: everyone may send.
    package var allowedCallingAETitles: Set<String>
    package var maximumAssociations: Int
    package var maximumPDU: UInt32
    package var maximumObjectBytes: UInt64
    package var acseSeconds: Int
    package var dimseSeconds: Int
    /// Objects are refused while less is free: the database must be able to go on.
    package var minimumFreeBytes: UInt64

    package init(
        host: String, port: UInt16, aeTitle: String, allowedCallingAETitles: Set<String>, maximumAssociations: Int, maximumPDU: UInt32,
        maximumObjectBytes: UInt64, acseSeconds: Int, dimseSeconds: Int, minimumFreeBytes: UInt64
    ) {
        self.host = host
        self.port = port
        self.aeTitle = aeTitle
        self.allowedCallingAETitles = allowedCallingAETitles
        self.maximumAssociations = maximumAssociations
        self.maximumPDU = maximumPDU
        self.maximumObjectBytes = maximumObjectBytes
        self.acseSeconds = acseSeconds
        self.dimseSeconds = dimseSeconds
        self.minimumFreeBytes = minimumFreeBytes
    }
}

package struct HL7Settings: Sendable {
    package var host: String
    package var port: UInt16
    package var maximumMessageBytes: Int
    package var maximumConnections: Int
    /// How long a message may take from its first byte to its last.
    package var messageSeconds: Double
    /// How long a connection may be silent.
    package var idleSeconds: Double

    package init(host: String, port: UInt16, maximumMessageBytes: Int, maximumConnections: Int, messageSeconds: Double, idleSeconds: Double) {
        self.host = host
        self.port = port
        self.maximumMessageBytes = maximumMessageBytes
        self.maximumConnections = maximumConnections
        self.messageSeconds = messageSeconds
        self.idleSeconds = idleSeconds
    }
}

package struct HTTPSettings: Sendable {
    package var host: String
    package var port: UInt16
    /// No sign-in.
    package var isOpen: Bool
    package var signIn: SignInSettings
    /// Pages that may listen for changes at once.
    package var maximumStreams: Int
    package var films: FilmSettings

    package init(host: String, port: UInt16, isOpen: Bool, signIn: SignInSettings, maximumStreams: Int, films: FilmSettings) {
        self.host = host
        self.port = port
        self.isOpen = isOpen
        self.signIn = signIn
        self.maximumStreams = maximumStreams
        self.films = films
    }
}

/// Who may sign in, and for how long.
package struct SignInSettings: Sendable {
    /// nil where nobody may.
    package var usersFile: String?
    package var sessionMinutes: Double
    package var attempts: Int
    package var attemptMinutes: Double
    /// A TLS proxy in front of the service; nil where there is none.
    package var trustedProxy: String?

    package init(usersFile: String?, sessionMinutes: Double, attempts: Int, attemptMinutes: Double, trustedProxy: String?) {
        self.usersFile = usersFile
        self.sessionMinutes = sessionMinutes
        self.attempts = attempts
        self.attemptMinutes = attemptMinutes
        self.trustedProxy = trustedProxy
    }
}

/// How films are drawn for the page.
package struct FilmSettings: Sendable {
    /// Films drawn at once.
    package var workers: Int
    /// What films and pictures that were used last may take together.
    package var cacheBytes: Int
    /// Pictures that may wait; more are refused.
    package var longestQueue: Int

    package init(workers: Int, cacheBytes: Int, longestQueue: Int) {
        self.workers = workers
        self.cacheBytes = cacheBytes
        self.longestQueue = longestQueue
    }
}

/// Whether and in which words studies are drafted.
package struct ReportingSettings: Sendable {
    package var isDrafting: Bool
    package var language: ReportLanguage
    /// A folder of a department's own templates; nil: those shipped.
    package var templates: String?
    /// A department's own file of order terms; nil: that shipped.
    package var orderTerms: String?

    package init(isDrafting: Bool, language: ReportLanguage, templates: String?, orderTerms: String?) {
        self.isDrafting = isDrafting
        self.language = language
        self.templates = templates
        self.orderTerms = orderTerms
    }
}

/// Which message tells a receiver that a study's urgency is known.
package enum FeedFormat: String, Sendable, CaseIterable {
    /// OMI^O23, the imaging order of HL7 v2.5.1.
    case omi
    /// ORM^O01, for systems that take only that.
    case orm
}

package struct FeedSettings: Sendable {
    package var addresses: [FeedAddress]
    package var format: FeedFormat
    package var retryHours: Double
    package var answerSeconds: Double

    package init(addresses: [FeedAddress], format: FeedFormat, retryHours: Double, answerSeconds: Double) {
        self.addresses = addresses
        self.format = format
        self.retryHours = retryHours
        self.answerSeconds = answerSeconds
    }
}

/// Where a receiver listens, written HOST:PORT, or [IPv6]:PORT.
package struct FeedAddress: Hashable, Sendable, CustomStringConvertible {
    package var host: String
    package var port: UInt16

    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { return nil }
        self.host = host
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// The ports that the service listens on; known once it is ready.
package struct ServicePorts: Sendable {
    package var dicom: UInt16
    package var hl7: UInt16
    package var http: UInt16
}
