import NIOCore
import Synchronization
import Web

/// A list's bytes compressed: made once, by whoever needs them first.
final class ZippedBody: Sendable {
    private let made = Mutex<ByteBuffer?>(nil)

    /// nil where they can't be compressed.
    func bytes(of plain: ByteBuffer) async throws -> ByteBuffer? {
        if let made = made.withLockIfAvailable({ $0 }) ?? nil { return made }
        return try await onBlockingThread { self.make(of: plain) }
    }

    /// Blocks.
    @discardableResult
    func make(of plain: ByteBuffer) -> ByteBuffer? {
        made.withLock { made in
            if made == nil { made = Gzip.compressed(plain) }
            return made
        }
    }
}
