import Foundation
package import Logging
import NIOConcurrencyHelpers

#if canImport(Glibc)
    import Glibc
#endif

/// The users file as the service knows it: read again whenever it has changed.
///
/// A file that can't be read any more leaves the last one in force, and says so in the log: a slip of the editor must not empty the
/// reading room at night.
package final class UserBook: Sendable {
    private struct Mark: Equatable {
        var inode: UInt64
        var bytes: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    private struct Known {
        var file: UsersFile
        var mark: Mark?
    }

    private let path: String
    private let log: Logger
    private let known: NIOLockedValueBox<Known>

    package init(path: String, log: Logger) throws {
        self.path = path
        self.log = log
        let mark = Self.mark(path)
        known = NIOLockedValueBox(Known(file: try UsersFile(path: path), mark: mark))
    }

    subscript(name: String) -> UsersFile.User? {
        known.withLockedValue { known in
            let mark = Self.mark(path)
            if mark != known.mark {
                known.mark = mark
                do {
                    known.file = try UsersFile(path: path)
                    log.notice("the users file was read again", metadata: ["users.count": "\(known.file.users.count)"])
                } catch {
                    log.error("the users file cannot be read; the people known before stay", metadata: ["error.description": "\(error)"])
                }
            }
            return known.file[name]
        }
    }

    private static func mark(_ path: String) -> Mark? {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        return Mark(inode: UInt64(found.st_ino), bytes: Int64(found.st_size), seconds: found.st_mtim.tv_sec, nanoseconds: found.st_mtim.tv_nsec)
    }
}
