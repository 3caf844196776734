/// The Minimal Lower Layer Protocol's frame: 0x0B, message, 0x1C 0x0D (HL7 v2.5.1 implementation guide, appendix C).
package enum MLLPFrame {
    static let start: UInt8 = 0x0B
    static let end: UInt8 = 0x1C
    static let carriageReturn: UInt8 = 0x0D

    package static func bytes(of message: String) -> [UInt8] { [start] + message.utf8 + [end, carriageReturn] }
}

/// Cuts a stream of bytes into messages: fed as bytes come, however they are cut.
///
///     var reader = MLLPFrameReader(maximumMessageBytes: 1 << 20)
///     let messages = try reader.read(bytes)
///
/// A start mark inside a frame begins anew: what came before it was never finished, and its sender has no answer for it.
package struct MLLPFrameReader: Sendable {
    package enum Trouble: Error, Hashable, Sendable, CustomStringConvertible {
        /// Bytes between frames that are no white space: whoever speaks is no MLLP peer, or has lost its place.
        case bytesOutsideFrame
        case tooLong(limit: Int)

        package var description: String {
            switch self {
            case .bytesOutsideFrame: "bytes came outside an MLLP frame"
            case .tooLong(let limit): "a message is longer than \(limit) bytes"
            }
        }
    }

    private let maximumMessageBytes: Int
    private var message: [UInt8] = []
    private var isInside = false
    private var hasSeenEnd = false

    package init(maximumMessageBytes: Int) {
        self.maximumMessageBytes = maximumMessageBytes
    }

    /// Whether a frame has begun and not ended.
    package var isInsideFrame: Bool { isInside }

    /// The messages that these bytes finish, in order. After an error the connection is of no further use.
    package mutating func read(_ bytes: some Sequence<UInt8>) throws(Trouble) -> [[UInt8]] {
        var finished: [[UInt8]] = []
        for byte in bytes {
            if let whole = try take(byte) { finished.append(whole) }
        }
        return finished
    }

    @inline(__always) private mutating func take(_ byte: UInt8) throws(Trouble) -> [UInt8]? {
        if byte == MLLPFrame.start {
            isInside = true
            hasSeenEnd = false
            message.removeAll(keepingCapacity: true)
            return nil
        }
        guard isInside else {
            guard byte == 0x0A || byte == 0x0D || byte == 0x20 else { throw .bytesOutsideFrame }
            return nil
        }
        if hasSeenEnd {
            hasSeenEnd = false
            if byte == MLLPFrame.carriageReturn {
                isInside = false
                defer { message = [] }
                return message
            }
            message.append(MLLPFrame.end)
        }
        if byte == MLLPFrame.end {
            hasSeenEnd = true
        } else {
            message.append(byte)
        }
        guard message.count <= maximumMessageBytes else { throw .tooLong(limit: maximumMessageBytes) }
        return nil
    }
}
