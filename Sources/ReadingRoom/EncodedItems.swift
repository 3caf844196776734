import Foundation
import NIOCore
import Worklist

/// The list's JSON, put together from items that were encoded one by one: only what has changed is encoded again.
struct EncodedItems {
    private struct Lasting {
        /// Kept, so that another one can't take its address.
        var entry: LivingList.Entry
        /// An object's members behind its opening brace.
        var bytes: [UInt8]
    }

    private var lasting: [ObjectIdentifier: Lasting] = [:]
    private let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    /// A JSON array, and where each element of it ends.
    struct Body: Sendable {
        var bytes: ByteBuffer
        var ends: [Int]

        /// The array of the first elements alone.
        func first(_ count: Int) -> ByteBuffer {
            guard count < ends.count else { return bytes }
            guard count > 0, var part = bytes.getSlice(at: bytes.readerIndex, length: ends[count - 1]) else { return ByteBuffer(string: "[]") }
            part.writeString("]")
            return part
        }
    }

    mutating func body(of list: LivingList) throws -> Body {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(size)
        bytes.writeInteger(UInt8(ascii: "["))
        var ends: [Int] = []
        ends.reserveCapacity(list.places.count)
        var used: [ObjectIdentifier: Lasting] = [:]
        used.reserveCapacity(list.places.count)
        for place in list.places {
            let id = ObjectIdentifier(place.entry)
            let known = try lasting[id] ?? Lasting(entry: place.entry, bytes: Array(encoder.encode(WorklistItem.Lasting(place.entry.item)).dropFirst()))
            used[id] = known
            if !ends.isEmpty { bytes.writeInteger(UInt8(ascii: ",")) }
            bytes.writeString("{\"rank\":")
            bytes.writeString((ends.count + 1).description)
            bytes.writeString(",\"waiting_seconds\":")
            bytes.writeString(Self.number(place.waitingSeconds))
            bytes.writeString(",\"urgency\":")
            bytes.writeString(Self.number(place.urgency))
            bytes.writeInteger(UInt8(ascii: ","))
            bytes.writeBytes(known.bytes)
            ends.append(bytes.writerIndex)
        }
        bytes.writeInteger(UInt8(ascii: "]"))
        lasting = used
        size = bytes.writerIndex + bytes.writerIndex / 16
        return Body(bytes: bytes, ends: ends)
    }

    /// What the next body will take, more or less.
    private var size = 2

    /// JSON has no infinity.
    private static func number(_ value: Double) -> String { value.isFinite ? value.description : "0" }
}
