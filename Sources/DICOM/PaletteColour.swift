/// PALETTE COLOR: pixels are numbers of colours (PS3.3 section C.7.6.3.1.5).
struct PaletteColour {
    private let description: ImagePixelDescription
    private let red: LookupTable
    private let green: LookupTable
    private let blue: LookupTable

    init(_ dataSet: DataSet, _ description: ImagePixelDescription) throws(PixelError) {
        func table(_ descriptor: UInt32, _ data: UInt32) throws(PixelError) -> LookupTable {
            guard let table = try LookupTable(in: dataSet.root, descriptor: descriptor, data: data, isSigned: description.isSigned) else {
                throw PixelError("a palette is missing")
            }
            return table
        }
        guard dataSet.root.words(0x0028_1201) != nil || dataSet.root.words(0x0028_1221) == nil else {
            throw PixelError("palettes in segments are not read")
        }
        self.description = description
        red = try table(0x0028_1101, 0x0028_1201)
        green = try table(0x0028_1102, 0x0028_1202)
        blue = try table(0x0028_1103, 0x0028_1203)
    }

    /// Of BT.601, as for RGB.
    func luminance(of frame: Frame) -> [Float] {
        let codes = 0..<(1 << (8 * frame.bytesPerSample))
        let table = codes.map { code -> Float in
            let number = Double(description.storedValue(UInt32(code)))
            func share(_ palette: LookupTable) -> Double { palette.entry(for: number) / Double(palette.maximum) }
            return Float(0.299 * share(red) + 0.587 * share(green) + 0.114 * share(blue))
        }
        return (0..<description.pixels).map { table[Int(frame.cell($0))] }
    }
}
