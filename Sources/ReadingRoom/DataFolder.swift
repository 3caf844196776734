import Foundation
#if canImport(Glibc)
import Glibc
#endif
package import Storage

/// The folder that holds everything that is true: the archive, the database, and the lock of the service that writes them.
package struct DataFolder: Sendable {
    package let path: String

    package init(path: String) {
        self.path = (path as NSString).standardizingPath
    }

    package var databasePath: String { path + "/worklist.sqlite" }
    package var archivePath: String { path + "/archive" }

    /// Locks the folder for this process until it ends; two services on one folder would both score, and both announce.
    package func lock() throws(StorageError) -> DataFolderLock {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw StorageError(.failed, "the data folder \(path) cannot be made: \(error.localizedDescription)")
        }
        let file = path + "/lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw StorageError(.failed, "\(file) cannot be opened: \(String(cString: strerror(errno))). Give the user of the service write access to \(path).")
        }
        // `isServed` of another process may hold it for an instant; a service holds it for good.
        var tries = 3
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            tries -= 1
            if tries > 0 {
                usleep(50_000)
                continue
            }
            close(descriptor)
            throw StorageError(.inUse, "another `firstread serve` works on \(path); stop it, or choose another --data")
        }
        return DataFolderLock(descriptor: descriptor)
    }

    /// Whether a service works on the folder now; nil where this process may not look at the lock.
    package var isServed: Bool? {
        let descriptor = open(path + "/lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? false : nil }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    /// Bytes that an unprivileged process may still write to the folder's disk; nil where the system does not say.
    package var freeBytes: UInt64? { disk.map { UInt64($0.f_bavail) * UInt64($0.f_frsize) } }

    /// The size of the folder's disk, in bytes.
    package var totalBytes: UInt64? { disk.map { UInt64($0.f_blocks) * UInt64($0.f_frsize) } }

    private var disk: statvfs? {
        var status = statvfs()
        return statvfs(path, &status) == 0 ? status : nil
    }
}

/// Holds the data folder's lock; the system gives it back when the process ends, however it ends.
package final class DataFolderLock: Sendable {
    private let descriptor: Int32
    fileprivate init(descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }
}
