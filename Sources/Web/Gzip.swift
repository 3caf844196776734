import CZlib
package import NIOCore

/// Compression as browsers ask for it (RFC 1952).
package enum Gzip {
    /// The quickest level: a list of ten thousand studies is compressed while somebody waits for it.
    private static let level: Int32 = 1

    /// nil where zlib cannot.
    package static func compressed(_ bytes: ByteBuffer) -> ByteBuffer? {
        var stream = z_stream()
        guard bytes.readableBytes <= Int(UInt32.max), CZlib_gzip_init(&stream, level) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.readableBytes)))
        var output = ByteBuffer()
        var status = Z_OK
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { target in
            bytes.withUnsafeReadableBytes { source in
                stream.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(clamping: target.count)
                status = deflate(&stream, Z_FINISH)
            }
            return Int(stream.total_out)
        }
        return status == Z_STREAM_END ? output : nil
    }

    /// Whether an Accept-Encoding takes gzip (RFC 9110 section 12.5.3).
    package static func isAccepted(_ header: String?) -> Bool {
        (header ?? "").split(separator: ",").contains { element in
            let parts = element.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
            guard let coding = parts.first, coding == "gzip" || coding == "x-gzip" || coding == "*" else { return false }
            return !parts.dropFirst().contains { $0.hasPrefix("q=0") && (Double($0.dropFirst(2)) ?? 1) == 0 }
        }
    }
}
