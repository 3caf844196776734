/// How a frame's grey comes of its cells.
enum Grey: Hashable, Sendable {
    /// Cells of 8 or 16 bits: each value that one can have was worked out once.
    case table(GreyTable)
    /// Pixel by pixel, 0 black … 1 white: colour, and cells of 32 bits.
    case values([Float])

    func values(of frame: Frame) -> [Float] {
        switch self {
        case .table(let table):
            let count = frame.bytes.count / frame.bytesPerSample
            return [Float](unsafeUninitializedCapacity: count) { values, initialized in
                if let target = values.baseAddress { table.read(frame, 0..<count, to: target) }
                initialized = count
            }
        case .values(let values): return values
        }
    }
}

/// Grey by the stored bits of a cell.
struct GreyTable: Hashable, Sendable {
    /// A power of two of them, 0 black … 1 white for every cell that occurs.
    var entries: [Float]
    /// Bits below the stored ones: overlays of old.
    var shift: UInt32

    /// The grey of some of a frame's cells.
    func read(_ frame: Frame, _ cells: Range<Int>, to target: UnsafeMutablePointer<Float>) {
        frame.bytes.withUnsafeBytes { bytes in
            if frame.bytesPerSample == 1 {
                read(bytes.bindMemory(to: UInt8.self), cells, to: target)
            } else {
                read(bytes.bindMemory(to: UInt16.self), cells, to: target)
            }
        }
    }

    @inline(__always)
    private func read<Cell: FixedWidthInteger & UnsignedInteger>(_ all: UnsafeBufferPointer<Cell>, _ cells: Range<Int>, to target: UnsafeMutablePointer<Float>) {
        precondition(cells.lowerBound >= 0 && cells.upperBound <= all.count)
        // Every index below is masked to less than the table's length, which is a power of two.
        let mask = entries.count - 1
        entries.withUnsafeBufferPointer { entries in
            guard let from = all.baseAddress, let entries = entries.baseAddress else { return }
            let first = from + cells.lowerBound
            if shift == 0 {
                for index in 0..<cells.count { target[index] = entries[Int(Cell(littleEndian: first[index])) & mask] }
            } else {
                for index in 0..<cells.count { target[index] = entries[Int(UInt32(Cell(littleEndian: first[index])) &>> shift) & mask] }
            }
        }
    }
}
