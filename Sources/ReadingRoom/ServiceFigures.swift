import DICOM
import Foundation
import Inference
import Storage
import Web
import Worklist

/// What monitoring asks for: whether the service can do its work, and how much it has done.
struct ServiceFigures: Sendable {
    let store: WorklistStore
    let folder: DataFolder
    let listener: StorageListener
    let tally: ScoringTally
    /// Receivers of the outbox, HL7 and DICOM, as the settings name them.
    let receivers: [String]
    let models: [Model]
    let minimumFreeBytes: UInt64
    let startedAt: Timestamp
    let clock: WallClock

    /// A receiver that is down is no illness of ours: it shows in the metrics and on the board.
    func health() async -> Health {
        let database: String
        do {
            try await onBlockingThread { try store.check() }
            database = Health.fine
        } catch {
            database = "\(error)"
        }
        return Health(checks: ["database": database, "disk": disk])
    }

    private var disk: String {
        guard let free = folder.freeBytes else { return "the free space of \(folder.path) is not known" }
        return free >= minimumFreeBytes
            ? Health.fine : "\(free >> 20) MB free on the disk of \(folder.path), less than \(minimumFreeBytes >> 20): objects are refused. Free space."
    }

    /// Reads the database; blocks.
    func metrics() throws -> [Metric] { try listening + scoring + waiting() + announcing() + process }

    private var listening: [Metric] {
        let counters = listener.counters
        return [
            Metric("firstread_associations_open", .gauge, "DICOM associations open now.", Double(counters.associationsOpen)),
            Metric("firstread_associations_total", .counter, "DICOM associations requested, by answer.", [
                ([.init("answer", "accepted")], Double(counters.associationsAccepted)),
                ([.init("answer", "rejected")], Double(counters.associationsRejected)),
            ]),
            Metric("firstread_connections_refused_total", .counter, "Connections that never became an association.", Double(counters.connectionsRefused)),
            Metric("firstread_objects_total", .counter, "Objects received by C-STORE, by answer.", [
                ([.init("answer", "stored")], Double(counters.objectsStored)),
                ([.init("answer", "refused")], Double(counters.objectsRefused)),
            ]),
            Metric("firstread_data_set_bytes_total", .counter, "Bytes of data sets received.", Double(counters.dataSetBytes)),
        ]
    }

    private var scoring: [Metric] {
        let done = tally.now
        return [
            Metric("firstread_studies_scored_total", .counter, "Studies that went through the scorer, by outcome.", [
                ([.init("outcome", "scored")], Double(done.scored)),
                ([.init("outcome", "unscored")], Double(done.unscored)),
            ]),
            Metric(
                histogram: "firstread_completion_to_outcome_seconds", "From a study's completion to its outcome.",
                buckets: Array(zip(ScoringTally.bounds, done.buckets)).map { (bound: $0, count: $1) }, count: done.count, sum: done.seconds),
            Metric("firstread_model_info", .gauge, "The models that are active.", models.map {
                ([.init("name", $0.description.name), .init("version", $0.description.version), .init("sha256", $0.description.sha256), .init("engine", $0.engine.described)], 1)
            }),
        ]
    }

    private func waiting() throws -> [Metric] {
        [
            Metric("firstread_scoring_queue", .gauge, "Complete studies that wait for the scorer.", Double(try store.scoringQueueLength())),
            Metric("firstread_studies", .gauge, "Studies by state and category.", try store.counts().map {
                ([.init("state", $0.state.rawValue), .init("category", $0.category.rawValue)], Double($0.studies))
            }),
            Metric("firstread_disk_free_bytes", .gauge, "Free on the data folder's disk.", Double(folder.freeBytes ?? 0)),
        ]
    }

    private func announcing() throws -> [Metric] {
        let now = clock()
        let feeds = try receivers.map { try store.feedStatus($0) }
        return [
            Metric("firstread_feed_messages", .gauge, "Messages of each feed, by state.", feeds.flatMap { feed in
                [("pending", feed.pending), ("delivered", feed.delivered), ("set-aside", feed.setAside)].map { state, number in
                    ([Metric.Label("feed", feed.feed), Metric.Label("state", state)], Double(number))
                }
            }),
            Metric("firstread_feed_oldest_pending_seconds", .gauge, "Age of each feed's oldest unacknowledged message; 0 where there is none.", feeds.map {
                ([.init("feed", $0.feed)], $0.oldestPendingAt.map { max(0, now.seconds(since: $0)) } ?? 0)
            }),
        ]
    }

    private var process: [Metric] {
        [
            Metric("process_resident_memory_bytes", .gauge, "Resident memory.", ProcessUsage.residentBytes),
            Metric("process_cpu_seconds_total", .counter, "Processor time used.", ProcessUsage.processorSeconds),
            Metric("process_start_time_seconds", .gauge, "When the service started, since 1970 UTC.", Double(startedAt.microseconds) / 1e6),
        ]
    }
}

/// What the system says of this process.
private enum ProcessUsage {
    /// 0 where the system does not say.
    static var residentBytes: Double {
        // /proc/self/statm: sizes in pages, the second one resident (proc(5)).
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        else { return 0 }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    static var processorSeconds: Double {
        var usage = rusage()
        guard getrusage(Int32(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
