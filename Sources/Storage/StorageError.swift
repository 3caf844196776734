#if canImport(Glibc)
import Glibc
#endif

/// What went wrong with a file or the database, where, and what to do about it.
package struct StorageError: Error, CustomStringConvertible, Sendable {
    package enum Code: Sendable, Hashable {
        case outOfSpace
        case notFound
        case inUse
        case damaged
        case failed
    }

    package var code: Code
    /// One sentence: what, where, what to do.
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

extension StorageError {
    /// Translates `errno` after a system call on `path`.
    static func systemCall(_ name: String, _ path: String, errno code: Int32 = errno) -> StorageError {
        let reason = String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT:
            return StorageError(.outOfSpace, "no space left for \(path): \(reason). Free space on that disk, then the sender may try again.")
        case ENOENT: return StorageError(.notFound, "\(path) is not there: \(reason).")
        default: return StorageError(.failed, "\(name) failed on \(path): \(reason).")
        }
    }
}
