/// A look-up table as a LUT Descriptor and LUT Data have it (PS3.3 section C.11.1.1).
struct LookupTable: Hashable, Sendable {
    /// The first input value mapped: it and everything below give the first entry; what lies beyond the last entry gives that.
    let firstInput: Int
    let entries: [UInt16]
    /// The largest value that an entry can have.
    let maximum: Int

    /// The table whose descriptor and data have these tags; nil where there is none.
    ///
    /// `isSigned` decides what a first input of VR US or SS means; some senders write the one where the other belongs.
    init?(in item: DataSet.Item, descriptor: UInt32, data: UInt32, isSigned: Bool) throws(PixelError) {
        guard let numbers = item.words(descriptor) else { return nil }
        guard numbers.count == 3 else { throw PixelError("a look-up table's descriptor has \(numbers.count) values instead of 3") }
        let bits = Int(numbers[2])
        guard (8...16).contains(bits) else { throw PixelError("a look-up table has entries of \(bits) bits") }
        // 0 stands for 65536.
        let count = numbers[0] == 0 ? 65536 : Int(numbers[0])
        guard var entries = item.words(data) else { throw PixelError("a look-up table has no data") }
        // Entries of 8 bits may be two to a word, the first in the low byte.
        if bits == 8, entries.count == (count + 1) / 2, count > 1 { entries = entries.flatMap { [$0 & 0xFF, $0 >> 8] } }
        guard entries.count >= count else { throw PixelError("a look-up table has \(entries.count) of \(count) entries") }
        firstInput = isSigned ? Int(Int16(bitPattern: numbers[1])) : Int(numbers[1])
        let maximum = (1 << bits) - 1
        self.maximum = maximum
        self.entries = entries[..<count].map { min($0, UInt16(maximum)) }
    }

    /// The entry for an input, which is rounded where it lies between two.
    func entry(for input: Double) -> Double {
        let place = input.rounded() - Double(firstInput)
        return Double(entries[Int(max(0, min(Double(entries.count - 1), place)))])
    }
}
