import GRDB
#if canImport(Glibc)
import Glibc
#endif
import Foundation

/// Lets several threads share one transaction, and so one fsync of the journal.
///
/// The first thread that finds nobody writing becomes the writer for all that wait; each piece of work runs in a savepoint of
/// its own, so that one that fails takes none of the others with it. A call returns when its work is durable.
final class GroupCommit: @unchecked Sendable {
    private let writer: any DatabaseWriter
    /// Guards `waiting` and `isWriting`; everything else is immutable, which is why this may be shared.
    private let condition = NSCondition()
    private var waiting: [Job] = []
    private var isWriting = false

    /// A piece of work and its result; touched by the writing thread until `isDone`, by its owner afterwards.
    private final class Job {
        let run: (Database) throws -> Void
        var error: (any Error)?
        var isDone = false
        init(_ run: @escaping (Database) throws -> Void) { self.run = run }
    }

    init(_ writer: any DatabaseWriter) { self.writer = writer }

    func perform<Value>(_ work: (Database) throws -> Value) throws -> Value {
        try withoutActuallyEscaping(work) { work in
            var value: Value?
            let job = Job { db in value = try work(db) }
            submit(job)
            if let error = job.error { throw error }
            return value!
        }
    }

    private func submit(_ job: Job) {
        condition.lock()
        waiting.append(job)
        while isWriting, !job.isDone { condition.wait() }
        if job.isDone {
            condition.unlock()
            return
        }
        isWriting = true
        let batch = waiting
        waiting = []
        condition.unlock()

        write(batch)

        condition.lock()
        for done in batch { done.isDone = true }
        isWriting = false
        condition.broadcast()
        condition.unlock()
    }

    private func write(_ batch: [Job]) {
        do {
            try writer.write { db in
                if batch.count == 1 {
                    try batch[0].run(db)
                    return
                }
                for job in batch {
                    do {
                        try db.inSavepoint {
                            try job.run(db)
                            return .commit
                        }
                    } catch {
                        job.error = error
                    }
                }
            }
        } catch {
            for job in batch where job.error == nil { job.error = error }
        }
    }
}
