import Foundation
package import Logging
import NIOConcurrencyHelpers

/// The users file as the service knows it: read again whenever it has changed.
///
/// A file that can't be read any more leaves the last one in force, and says so in the log: a slip of the editor must not empty the
/// reading room at night.
package final class UserBook: Sendable {
    private struct Mark: Equatable {
        var inode: UInt64?
        var bytes: UInt64?
        var changedAt: Date?
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
        guard let found = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        return Mark(
            inode: (found[.systemFileNumber] as? NSNumber)?.uint64Value, bytes: (found[.size] as? NSNumber)?.uint64Value,
            changedAt: found[.modificationDate] as? Date)
    }
}
