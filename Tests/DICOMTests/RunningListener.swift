import DICOM
import Foundation
import Logging
import Synchronization

/// A listener on a free port, whose sink keeps what comes.
final class RunningListener: Sendable {
    let listener: StorageListener
    let folder: TemporaryFolder
    private let task: Task<Void, any Error>
    private let kept: Kept

    var port: Int { listener.port }
    var received: [ReceivedObject] { kept.objects.withLock { $0 } }

    private final class Kept: Sendable {
        let objects = Mutex<[ReceivedObject]>([])
        let files = Mutex(0)
    }

    init(
        settings change: (inout StorageListener.Settings) -> Void = { _ in },
        newFile: (@Sendable (_ folder: TemporaryFolder, _ number: Int) throws -> String)? = nil,
        answer: @escaping @Sendable (ReceivedObject) -> StoreResponse = { _ in StoreResponse(status: .success) }
    ) throws {
        try DCMTK.start(log: quiet)
        let folder = try TemporaryFolder()
        let kept = Kept()
        var settings = StorageListener.Settings()
        settings.port = 0
        change(&settings)
        let sink = StorageSink(
            newFile: {
                let number = kept.files.withLock { count in
                    count += 1
                    return count
                }
                return try newFile?(folder, number) ?? folder.file("\(number).dcm")
            },
            store: { object in
                kept.objects.withLock { $0.append(object) }
                return answer(object)
            })
        let listener = try StorageListener(settings: settings, sink: sink, log: quiet)
        self.folder = folder
        self.kept = kept
        self.listener = listener
        // On a queue of its own: tests that compute may hold every thread that tasks share.
        task = Task(executorPreference: QueueExecutor()) { try await listener.run() }
    }

    deinit { listener.stop() }

    /// Stops it, and waits until the last association has ended.
    func end() async throws {
        listener.stop()
        try await task.value
    }

    func dataSet(_ object: ReceivedObject) throws -> Data {
        Data(try bytes(ofFile: object.file).dropFirst(object.dataSetOffset))
    }
}

/// Runs tasks on a queue of its own.
private final class QueueExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "listener under test")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// A log that nobody reads.
let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
