import Glibc

/// A pipe that wakes a loop which waits in `poll`: any thread, and even a signal handler, may put a byte in.
final class WakePipe: Sendable {
    /// To wait on; readable when a byte has come.
    let descriptor: Int32
    /// For a signal handler, which can hold no object.
    let writing: Int32

    init() throws(BoardError) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw BoardError(description: "the system gives no pipe: \(String(cString: strerror(errno)))")
        }
        (descriptor, writing) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(descriptor)
        close(writing)
    }

    /// A full pipe wakes as well as one byte more.
    static func put(_ byte: UInt8, into writing: Int32) {
        var byte = byte
        _ = write(writing, &byte, 1)
    }

    /// The bytes that have come since the last call.
    func drain() -> [UInt8] {
        var drained: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 64)
        while case let count = read(descriptor, &bytes, bytes.count), count > 0 { drained += bytes.prefix(count) }
        return drained
    }
}
