import Foundation
import NIOCore
import Worklist

/// The list's JSON, put together from items that were encoded one by one: only what has changed is encoded again.
struct EncodedItems {
    private struct Lasting {
        var revision: Int
        /// An object's members behind its opening brace.
        var bytes: [UInt8]
    }

    private var lasting: [UID: Lasting] = [:]
    private let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    /// A JSON array, and where each element of it ends.
    struct Body: Sendable {
        var bytes: ByteBuffer
        private(set) var ends: [Int]

        init(bytes: ByteBuffer, ends: [Int]) {
            self.bytes = bytes
            self.ends = ends
        }

        /// The array of the first elements alone.
        func first(_ count: Int) -> ByteBuffer {
            guard count < ends.count else { return bytes }
            guard count > 0, var part = bytes.getSlice(at: bytes.readerIndex, length: ends[count - 1]) else { return ByteBuffer(string: "[]") }
            part.writeString("]")
            return part
        }
    }

    mutating func body(of list: LivingList) throws -> Body {
        for uid in lasting.keys where list.entries[uid] == nil { lasting[uid] = nil }
        var bytes = ByteBuffer()
        bytes.reserveCapacity(lasting.values.reduce(2) { $0 + $1.bytes.count + 100 })
        bytes.writeInteger(UInt8(ascii: "["))
        var ends: [Int] = []
        ends.reserveCapacity(list.places.count)
        for uid in list.places {
            guard let entry = list.entries[uid] else { continue }
            if lasting[uid]?.revision != entry.revision {
                lasting[uid] = Lasting(revision: entry.revision, bytes: Array(try encoder.encode(WorklistItem.Lasting(entry.item)).dropFirst()))
            }
            let item = entry.item
            let comma = ends.isEmpty ? "" : ","
            bytes.writeString("\(comma){\"rank\":\(item.rank),\"waiting_seconds\":\(Self.number(item.waitingSeconds)),\"urgency\":\(Self.number(item.urgency)),")
            bytes.writeBytes(lasting[uid]?.bytes ?? [])
            ends.append(bytes.writerIndex)
        }
        bytes.writeInteger(UInt8(ascii: "]"))
        return Body(bytes: bytes, ends: ends)
    }

    /// JSON has no infinity.
    private static func number(_ value: Double) -> String { value.isFinite ? value.description : "0" }
}
