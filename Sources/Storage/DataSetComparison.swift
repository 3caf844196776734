#if canImport(Glibc)
import Glibc
#endif

/// Whether two Part 10 files hold the same data set, bit for bit; their file meta information may differ.
enum DataSetComparison {
    static func same(_ left: String, _ right: String) throws(StorageError) -> Bool {
        let leftFile = try open(left), rightFile = try open(right)
        defer {
            close(leftFile)
            close(rightFile)
        }
        guard let leftOffset = try dataSetOffset(leftFile, left), let rightOffset = try dataSetOffset(rightFile, right),
            try size(leftFile, left) - leftOffset == size(rightFile, right) - rightOffset
        else { return false }
        let capacity = 1 << 18
        let leftBytes = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
        let rightBytes = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
        defer {
            leftBytes.deallocate()
            rightBytes.deallocate()
        }
        var position = 0
        while true {
            let leftCount = try read(leftFile, leftBytes, at: leftOffset + position, left)
            let rightCount = try read(rightFile, rightBytes, at: rightOffset + position, right)
            guard leftCount == rightCount else { return false }
            if leftCount == 0 { return true }
            guard memcmp(leftBytes.baseAddress!, rightBytes.baseAddress!, leftCount) == 0 else { return false }
            position += leftCount
        }
    }

    /// Where the data set begins: behind the preamble, the prefix and a group 0002 of the length that its first element,
    /// File Meta Information Group Length, states (PS3.10 section 7.1); nil where the file does not begin so.
    private static func dataSetOffset(_ descriptor: Int32, _ path: String) throws(StorageError) -> Int? {
        let preamble = 128, head = 16
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: head, alignment: 4)
        defer { bytes.deallocate() }
        let beginning: [UInt8] = Array("DICM".utf8) + [2, 0, 0, 0] + Array("UL".utf8) + [4, 0]
        guard try read(descriptor, bytes, at: preamble, path) == head, bytes.prefix(beginning.count).elementsEqual(beginning) else { return nil }
        return preamble + head + Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: beginning.count, as: UInt32.self)))
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
