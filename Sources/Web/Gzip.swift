import CZlib
package import NIOCore

/// Compression as browsers ask for it (RFC 1952).
package enum Gzip {
    /// At the quickest level: a list of ten thousand studies is compressed while somebody waits for it. Nil where zlib cannot.
    package static func compressed(_ bytes: ByteBuffer) -> ByteBuffer? {
        var output = ByteBuffer()
        let count = output.writeWithUnsafeMutableBytes(minimumWritableBytes: czlib_gzip_bound(bytes.readableBytes)) { target in
            bytes.withUnsafeReadableBytes { source in
                czlib_gzip(
                    source.bindMemory(to: UInt8.self).baseAddress, source.count, target.bindMemory(to: UInt8.self).baseAddress, target.count)
            }
        }
        return count > 0 ? output : nil
    }

    /// Whether an Accept-Encoding takes gzip (RFC 9110 section 12.5.3).
    package static func isAccepted(_ header: String?) -> Bool {
        (header ?? "").split(separator: ",").contains { element in
            let parts = element.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
            guard let coding = parts.first, coding == "gzip" || coding == "x-gzip" || coding == "*" else { return false }
            return !parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
        }
    }
}
