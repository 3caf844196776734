#if canImport(Glibc)
import Glibc
#endif
package import Worklist
import Synchronization

/// The files: each object as it came, under `archive/STUDY/SERIES/INSTANCE.dcm` in the data folder.
///
///     let archive = try StudyArchive(folder: "/var/lib/firstread", durability: .synced)
///     let file = archive.newIncomingFile()          // write the object there, then
///     let kept = try archive.keep(file, as: address)
///
/// An object lands in `incoming/` and is linked to its place only when its bytes and both folder entries are on the disk, so
/// that whatever has a name in `archive/` is whole.
package final class StudyArchive: Sendable {
    package enum Durability: Sendable {
        /// fsync of the file and of every folder that names it.
        case synced
        /// The page cache is trusted: for benchmarks and disposable data.
        case pageCache
    }

    /// Where an object belongs.
    package struct Address: Hashable, Sendable {
        package var study: UID
        package var series: UID
        package var instance: UID

        package init(study: UID, series: UID, instance: UID) {
            self.study = study
            self.series = series
            self.instance = instance
        }
    }

    /// What became of an object that was handed over; `file` is relative to the archive's folder.
    package enum Kept: Hashable, Sendable {
        case new(file: String)
        /// The same data set was there already; the second copy is gone.
        case same(file: String)
        /// Another data set of the same address was there; both are kept.
        case different(file: String)

        package var file: String {
            switch self {
            case .new(let file), .same(let file), .different(let file): file
            }
        }
    }

    package let folder: String
    private let incoming: String
    private let durability: Durability
    /// Folders whose own entries are known to be on the disk; another thread may have made one that is not there yet.
    private let syncedFolders = Mutex<Set<String>>([])
    private let counter = Atomic<UInt64>(0)

    /// Opens (and makes) the folders, and removes what a stopped process left unfinished: nobody was told that it had arrived.
    package init(dataFolder: String, durability: Durability) throws(StorageError) {
        folder = dataFolder + "/archive"
        incoming = dataFolder + "/incoming"
        self.durability = durability
        try Self.makeFolder(dataFolder)
        try Self.makeFolder(folder)
        try Self.makeFolder(incoming)
        try sync(dataFolder)
        for name in try FolderListing.names(in: incoming) { unlink(incoming + "/" + name) }
    }

    package func path(of file: String) -> String { folder + "/" + file }

    /// A path for an object that is about to arrive; nothing is there yet.
    package func newIncomingFile() -> String {
        "\(incoming)/\(counter.wrappingAdd(1, ordering: .relaxed).newValue).part"
    }

    /// Forgets an object that was refused.
    package func discard(incomingFile: String) { unlink(incomingFile) }

    /// Puts an incoming file in its place; when this returns, a power cut can no longer lose it.
    ///
    /// Two objects are the same when their data sets are, bit for bit: who sent them stands in the file meta information.
    package func keep(_ file: String, as address: Address) throws(StorageError) -> Kept {
        try sync(file)
        let series = "\(address.study)/\(address.series)"
        try makeDurableFolder(address.study.text, under: folder)
        try makeDurableFolder(address.series.text, under: "\(folder)/\(address.study)")
        var variant = 1
        while true {
            let name = variant == 1 ? "\(address.instance).dcm" : "\(address.instance)~\(variant).dcm"
            let relative = "\(series)/\(name)"
            let path = "\(folder)/\(relative)"
            // link(2) never replaces: two associations that bring the same instance at once cannot overwrite each other.
            if link(file, path) == 0 {
                unlink(file)
                try sync("\(folder)/\(series)")
                return variant == 1 ? .new(file: relative) : .different(file: relative)
            }
            guard errno == EEXIST else { throw .systemCall("link", path) }
            if try DataSetComparison.same(file, path) {
                unlink(file)
                // The first copy may still be on its way to the disk on another thread.
                try sync(path)
                try sync("\(folder)/\(series)")
                return .same(file: relative)
            }
            variant += 1
        }
    }

    private func makeDurableFolder(_ name: String, under parent: String) throws(StorageError) {
        let path = "\(parent)/\(name)"
        if syncedFolders.withLock({ $0.contains(path) }) { return }
        try Self.makeFolder(path)
        try sync(parent)
        syncedFolders.withLock { known in
            // Bounded: forgetting only costs another fsync.
            if known.count >= 10_000 { known.removeAll() }
            known.insert(path)
        }
    }

    private static func makeFolder(_ path: String) throws(StorageError) {
        if mkdir(path, 0o750) == 0 || errno == EEXIST { return }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeFolder(String(path[..<slash]))
            if mkdir(path, 0o750) == 0 || errno == EEXIST { return }
        }
        throw .systemCall("mkdir", path)
    }

    private func sync(_ path: String) throws(StorageError) {
        guard durability == .synced else { return }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .systemCall("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .systemCall("fsync", path) }
    }
}

private enum FolderListing {
    static func names(in folder: String) throws(StorageError) -> [String] {
        guard let handle = opendir(folder) else { throw .systemCall("opendir", folder) }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
