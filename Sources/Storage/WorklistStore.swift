import Foundation
import GRDB
import Synchronization
package import Worklist

/// The database: the event log and the tables that follow from it, in SQLite with a write-ahead log.
///
///     let store = try WorklistStore(path: "/var/lib/firstread/worklist.sqlite", durability: .synced)
///     let studies = try store.openStudies()
///
/// Calls block until their transaction is durable; those of several threads share one (see `GroupCommit`).
package final class WorklistStore: Sendable {
    /// Seconds by which two threads' readings of the clock may differ before it counts as having been set back.
    static let clockMargin = 60.0

    private let pool: DatabasePool
    private let commits: GroupCommit
    private let damage: DamageRecord
    private let changed: @Sendable () -> Void
    private let unseen = Mutex(UnseenStudies())

    /// Opens the database for the service, and makes the tables where there are none.
    /// - Parameter noteDamage: called once for each record that cannot be read whole, with a sentence fit for a log.
    /// - Parameter changed: called after each commit of this process, on the thread that made it.
    package init(
        path: String, durability: StudyArchive.Durability, noteDamage: @escaping @Sendable (String) -> Void = { _ in },
        changed: @escaping @Sendable () -> Void = {}
    ) throws(StorageError) {
        damage = DamageRecord(noteDamage)
        self.changed = changed
        do {
            pool = try Self.open(path, durability)
            try Self.migrator.migrate(pool)
        } catch {
            throw Self.translate(error, path)
        }
        commits = GroupCommit(pool)
    }

    /// Opens an existing database beside a running service, to read the list.
    package init(readingFrom path: String) throws(StorageError) {
        damage = DamageRecord { _ in }
        changed = {}
        guard FileManager.default.fileExists(atPath: path) else {
            throw StorageError(.notFound, "\(path) is not there. Is --data the folder that `firstread serve` was started with?")
        }
        do {
            // Synced, although it hardly writes: whoever closes the database last moves the journal into it.
            pool = try Self.open(path, .synced)
            guard try pool.read({ try Self.migrator.hasCompletedMigrations($0) }) else {
                throw StorageError(.damaged, "\(path) was written by another version of FirstRead; start `firstread serve` on it once to bring it up to date")
            }
        } catch {
            throw Self.translate(error, path)
        }
        commits = GroupCommit(pool)
    }

    private static func open(_ path: String, _ durability: StudyArchive.Durability) throws -> DatabasePool {
        var configuration = Configuration()
        // Another process (worklist, board) may be reading; a checkpoint waits for it.
        configuration.busyMode = .timeout(30)
        configuration.maximumReaderCount = 8
        let pool = try DatabasePool(path: path, configuration: configuration)
        // Only now: opening a pool sets NORMAL, under which a commit to the journal is not synced.
        try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = \(durability == .synced ? "FULL" : "OFF")") }
        return pool
    }

    /// SQLite's `PRAGMA synchronous` of the connection that writes: 2 (FULL) syncs the journal at every commit, 0 never.
    package func synchronousLevel() throws(StorageError) -> Int {
        do {
            return try pool.writeWithoutTransaction { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1 }
        } catch {
            throw Self.translate(error)
        }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: the list, its log and its queues") { db in
            for statement in Schema.statements {
                try db.execute(sql: statement.replacingOccurrences(of: "{identity}", with: Schema.sqliteIdentity))
            }
            for statement in Schema.sqliteStatements { try db.execute(sql: statement) }
        }
        migrator.registerMigration("2: pins") { db in try db.execute(sql: "ALTER TABLE study ADD COLUMN pin TEXT") }
        migrator.registerMigration("3: drafts") { db in
            for statement in Schema.draftStatements { try db.execute(sql: statement) }
        }
        migrator.registerMigration("4: patients and outcomes") { db in
            for statement in Schema.patientsAndOutcomes {
                try db.execute(sql: statement.replacingOccurrences(of: "{identity}", with: Schema.sqliteIdentity))
            }
        }
        migrator.registerMigration("5: results for DICOM stores") { db in
            for statement in Schema.resultStatements {
                try db.execute(sql: statement.replacingOccurrences(of: "{bytes}", with: Schema.sqliteBytes))
            }
        }
        migrator.registerMigration("6: reports for DICOM stores") { db in
            try db.execute(sql: "CREATE TABLE result_cursor (only_row BIGINT PRIMARY KEY CHECK (only_row = 1), seq BIGINT NOT NULL)")
        }
        migrator.registerMigration("7: who reads what, alarms, and who saw or did what") { db in
            for statement in Schema.roomStatements {
                try db.execute(sql: statement.replacingOccurrences(of: "{identity}", with: Schema.sqliteIdentity))
            }
            for statement in Schema.sqliteRoomStatements { try db.execute(sql: statement) }
        }
        return migrator
    }

    static func translate(_ error: any Error, _ place: String = "the database") -> StorageError {
        switch error {
        case let error as StorageError: error
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL || error.extendedResultCode == .SQLITE_IOERR_WRITE:
            StorageError(.outOfSpace, "no space left for \(place). Free space on that disk; nothing that was acknowledged is lost.")
        case let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB:
            StorageError(.damaged, "\(place) is damaged: \(error.message ?? "no detail"). Restore it from a copy.")
        case let error as DatabaseError: StorageError(.failed, "\(place): \(error.message ?? "no detail") (SQLite \(error.resultCode.rawValue)).")
        default: StorageError(.failed, "\(place): \(error)")
        }
    }

    /// Runs `work` in a transaction that may be shared with other threads, and returns when it is durable.
    func commit<Value>(_ work: (Transaction) throws -> Value) throws(StorageError) -> Value {
        do {
            let touched = TouchedStudies()
            let value = try commits.perform { db in try work(Transaction(db: db, damage: damage, touched: touched)) }
            if !touched.uids.isEmpty { unseen.withLock { $0.add(touched.uids) } }
            changed()
            return value
        } catch {
            throw Self.translate(error)
        }
    }

    /// Runs `work` on a consistent view of the database, beside whoever writes.
    func read<Value>(_ work: (Transaction) throws -> Value) throws(StorageError) -> Value {
        do {
            return try pool.read { db in try work(Transaction(db: db, damage: damage, touched: TouchedStudies())) }
        } catch {
            throw Self.translate(error)
        }
    }

    /// The studies that this process has saved since the last call; nil: too many to name.
    package func takeSavedStudies() -> Set<UID>? { unseen.withLock { $0.take() } }

    /// Whether the database answers: for the health check.
    package func check() throws(StorageError) { _ = try read { try $0.integer("SELECT COUNT(*) FROM scoring_job") } }
}
