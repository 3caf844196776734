#if canImport(Glibc)
import Glibc
#endif

/// Whether two files hold the same bytes from an offset on.
enum DataSetComparison {
    static func same(_ left: String, _ right: String, from offset: Int) throws(StorageError) -> Bool {
        let leftFile = try open(left), rightFile = try open(right)
        defer {
            close(leftFile)
            close(rightFile)
        }
        guard try size(leftFile, left) == size(rightFile, right) else { return false }
        let capacity = 1 << 18
        let leftBytes = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
        let rightBytes = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
        defer {
            leftBytes.deallocate()
            rightBytes.deallocate()
        }
        var position = offset
        while true {
            let leftCount = try read(leftFile, leftBytes, at: position, left)
            let rightCount = try read(rightFile, rightBytes, at: position, right)
            guard leftCount == rightCount else { return false }
            if leftCount == 0 { return true }
            guard memcmp(leftBytes.baseAddress!, rightBytes.baseAddress!, leftCount) == 0 else { return false }
            position += leftCount
        }
    }

    private static func open(_ path: String) throws(StorageError) -> Int32 {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .systemCall("open", path) }
        return descriptor
    }

    private static func size(_ descriptor: Int32, _ path: String) throws(StorageError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .systemCall("fstat", path) }
        return Int(status.st_size)
    }

    /// Reads until the buffer is full or the file ends.
    private static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at position: Int, _ path: String) throws(StorageError) -> Int {
        var count = 0
        while count < buffer.count {
            let got = pread(descriptor, buffer.baseAddress! + count, buffer.count - count, position + count)
            if got < 0 {
                if errno == EINTR { continue }
                throw .systemCall("read", path)
            }
            if got == 0 { break }
            count += got
        }
        return count
    }
}
