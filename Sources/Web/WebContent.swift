package import Foundation
package import NIOCore
package import Worklist

/// What the pages are made of and what can be done from them, as closures: this room knows neither database nor decoders.
package struct WebContent: Sendable {
    package var health: @Sendable () async -> Health
    package var metrics: @Sendable () async throws -> [Metric]
    package var list: ListContent
    package var studies: StudyContent
    package var reports: ReportContent
    package var room: RoomContent

    package init(
        health: @escaping @Sendable () async -> Health, metrics: @escaping @Sendable () async throws -> [Metric], list: ListContent, studies: StudyContent,
        reports: ReportContent, room: RoomContent
    ) {
        self.health = health
        self.metrics = metrics
        self.list = list
        self.studies = studies
        self.reports = reports
        self.room = room
    }
}

/// The list, and word of its changes.
package struct ListContent: Sendable {
    package var list: @Sendable (ListQuery) async throws -> EncodedList
    package var changes: ChangeFeed

    package init(list: @escaping @Sendable (ListQuery) async throws -> EncodedList, changes: ChangeFeed) {
        self.list = list
        self.changes = changes
    }
}

/// Which list is wanted.
package struct ListQuery: Sendable, Hashable {
    package var includesReported = false
    package var limit: Int?
    /// Nil: that of the service.
    package var policy: PolicyName?
    /// Whoever asks takes gzip.
    package var takesGzip = false

    package init(includesReported: Bool = false, limit: Int? = nil, policy: PolicyName? = nil, takesGzip: Bool = false) {
        self.includesReported = includesReported
        self.limit = limit
        self.policy = policy
        self.takesGzip = takesGzip
    }
}

/// A list as it goes out.
package struct EncodedList: Sendable {
    /// Changes whenever the list does, and with every start of the service.
    package var tag: String
    package var takenAt: Timestamp
    package var body: ByteBuffer
    package var isGzip: Bool

    package init(tag: String, takenAt: Timestamp, body: ByteBuffer, isGzip: Bool = false) {
        self.tag = tag
        self.takenAt = takenAt
        self.body = body
        self.isGzip = isGzip
    }
}

/// One study: why it is where it is, its pictures, and what may be done with it. Throws `WebRefusal` where it may not.
package struct StudyContent: Sendable {
    /// What `explain --json` prints of a study, by Study Instance UID or accession number; `viewer` goes into the access log.
    package var explanation: @Sendable (_ study: String, _ viewer: String) async throws -> Explained
    package var film: @Sendable (FilmQuery, _ viewer: String) async throws -> FilmPicture
    package var heatMap: @Sendable (_ study: String, _ image: String, _ finding: String, _ viewer: String) async throws -> [UInt8]
    package var act: @Sendable (StudyAct, _ study: String, _ by: String) async throws -> Void

    package enum Explained: Sendable, Hashable {
        case one(Data)
        /// An accession number that several studies have: their Study Instance UIDs.
        case several([String])
        case none
    }

    package init(
        explanation: @escaping @Sendable (String, String) async throws -> Explained, film: @escaping @Sendable (FilmQuery, String) async throws -> FilmPicture,
        heatMap: @escaping @Sendable (String, String, String, String) async throws -> [UInt8], act: @escaping @Sendable (StudyAct, String, String) async throws -> Void
    ) {
        self.explanation = explanation
        self.film = film
        self.heatMap = heatMap
        self.act = act
    }
}

/// What a person may do to a study on the list.
package enum StudyAct: Sendable, Hashable {
    case claim
    /// `ofAnyone`: a lead's right.
    case release(ofAnyone: Bool)
    case pin(reason: String)
    case unpin(reason: String)
}

/// Reports, as JSON. Throws `WebRefusal` where a report does not allow it.
package struct ReportContent: Sendable {
    package var report: @Sendable (_ id: String, _ viewer: String) async throws -> Data
    package var act: @Sendable (ReportAct, _ id: String, _ by: String) async throws -> Data

    package init(report: @escaping @Sendable (String, String) async throws -> Data, act: @escaping @Sendable (ReportAct, String, String) async throws -> Data) {
        self.report = report
        self.act = act
    }
}

package enum ReportAct: Sendable, Hashable {
    case sign(text: String?)
    case reject(reason: String)
    case correct(text: String)
}

/// The room as a whole.
package struct RoomContent: Sendable {
    package var status: @Sendable () async throws -> RoomStatus
    package var waits: @Sendable (WaitsByCategory.Period) async throws -> [WaitsByCategory]
    package var acknowledge: @Sendable (_ alarm: String, _ by: String) async throws -> Alarm
    /// The access log, newest first, as JSON.
    package var log: @Sendable (_ limit: Int) async throws -> Data
    /// Adds a line to it.
    package var note: @Sendable (_ name: String, _ act: String, _ study: String?, _ detail: String) async -> Void

    package init(
        status: @escaping @Sendable () async throws -> RoomStatus, waits: @escaping @Sendable (WaitsByCategory.Period) async throws -> [WaitsByCategory],
        acknowledge: @escaping @Sendable (String, String) async throws -> Alarm, log: @escaping @Sendable (Int) async throws -> Data,
        note: @escaping @Sendable (String, String, String?, String) async -> Void
    ) {
        self.status = status
        self.waits = waits
        self.acknowledge = acknowledge
        self.log = log
        self.note = note
    }
}
