import Foundation

#if canImport(Glibc)
    import Glibc
#endif

extension UsersFile {
    private struct Written: Codable { var users: [User] }

    package init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UsersFileError("the users file \(path) cannot be read; check --users, or make it with `firstread user add`")
        }
        let written: Written
        do {
            written = try JSONDecoder().decode(Written.self, from: data)
        } catch {
            throw UsersFileError("the users file \(path) is not what `firstread user` writes (\(Self.place(of: error))); mend it, or make it anew")
        }
        for user in written.users { try add(user, in: path) }
    }

    /// Reads, changes and writes while nobody else does; a file that is not there is an empty one where it may be made.
    package static func change(_ path: String, making isMade: Bool = false, _ change: (inout UsersFile) throws -> Void) throws {
        let path = URL(filePath: path).resolvingSymlinksInPath().path
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw UsersFileError("the folder of \(path) cannot be opened: \(String(cString: strerror(errno)))") }
        defer { close(folder) }
        guard flock(folder, LOCK_EX) == 0 else { throw UsersFileError("\(path) cannot be locked: \(String(cString: strerror(errno)))") }
        var file = isMade && !FileManager.default.fileExists(atPath: path) ? UsersFile() : try UsersFile(path: path)
        try change(&file)
        try file.write(to: path, syncing: folder)
    }

    /// In one step: a reader sees the old file or the new one. Only its owner may read it, and it keeps its owner.
    private func write(to path: String, syncing folder: Int32) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(Written(users: users)) + Data("\n".utf8)
        let new = "\(path).new-\(getpid())"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw UsersFileError("\(new) cannot be written: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        do {
            try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: data)
            guard Self.keepOwner(of: path, in: descriptor), fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0, rename(new, path) == 0 else {
                throw UsersFileError("\(path) cannot be written: \(String(cString: strerror(errno)))")
            }
            fsync(folder)
        } catch {
            unlink(new)
            throw error
        }
    }

    /// An administrator who adds somebody must not take the file from the service.
    private static func keepOwner(of path: String, in descriptor: Int32) -> Bool {
        guard let old = try? FileManager.default.attributesOfItem(atPath: path), let owner = old[.ownerAccountID] as? NSNumber,
            let group = old[.groupOwnerAccountID] as? NSNumber
        else { return true }
        guard owner.uint32Value != geteuid() || group.uint32Value != getegid() else { return true }
        return fchown(descriptor, owner.uint32Value, group.uint32Value) == 0
    }

    private static func place(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "no JSON" }
        let context: DecodingError.Context, words: String
        switch error {
        case .keyNotFound(let key, let found): (context, words) = (found, "no \"\(key.stringValue)\"")
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found): (context, words) = (found, found.debugDescription)
        @unknown default: return "no JSON"
        }
        let path = context.codingPath.map { $0.intValue.map { "entry \($0 + 1)" } ?? $0.stringValue }.joined(separator: ", ")
        return path.isEmpty ? "no JSON" : "\(path): \(words)"
    }
}
