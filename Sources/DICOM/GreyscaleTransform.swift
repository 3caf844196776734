internal import Glibc

/// From stored values to grey: modality LUT, VOI LUT or window, polarity (PS3.4 section N.2).
struct GreyscaleTransform {
    private let description: ImagePixelDescription
    private let modality: ModalityTransform
    /// Nil: the range of the frame's own values.
    private var valuesOfInterest: ValuesOfInterest?
    private let isInverted: Bool
    private let padding: ClosedRange<Int>?

    init(_ dataSet: DataSet, _ description: ImagePixelDescription) throws(PixelError) {
        self.description = description
        modality = try ModalityTransform(dataSet, description)
        valuesOfInterest = try ValuesOfInterest(dataSet, modality)
        isInverted = try Self.isInverted(dataSet, description)
        padding = Self.padding(dataSet, description)
    }

    /// Whether the lowest value is white: MONOCHROME1 says so, and Presentation LUT Shape (2050,0020) says the same once more.
    ///
    /// PS3.3 section C.7.6.1 ties INVERSE to MONOCHROME1 and IDENTITY to MONOCHROME2. Systems do not agree on which of the two wins
    /// where a file breaks that, so that nobody can know which way round its author saw it.
    private static func isInverted(_ dataSet: DataSet, _ description: ImagePixelDescription) throws(PixelError) -> Bool {
        let isInverted = description.photometricInterpretation == .monochrome1
        switch dataSet.root.text(0x2050_0020) {
        case "INVERSE" where !isInverted, "IDENTITY" where isInverted:
            throw PixelError("black and white can't be told apart: Presentation LUT Shape contradicts \(description.photometricInterpretation.rawValue)")
        default: return isInverted
        }
    }

    /// Pixel Padding Value (0028,0120), to Pixel Padding Range Limit (0028,0121) where there is one (PS3.3 section C.7.5.1.1.2).
    private static func padding(_ dataSet: DataSet, _ description: ImagePixelDescription) -> ClosedRange<Int>? {
        /// US or SS as Pixel Representation says, whatever VR was written.
        func value(_ tag: UInt32) -> Int? {
            dataSet.root.integer(tag).map {
                description.isSigned ? Int(Int16(truncatingIfNeeded: $0)) : Int(UInt16(truncatingIfNeeded: $0))
            }
        }
        guard let first = value(0x0028_0120) else { return nil }
        let last = value(0x0028_0121) ?? first
        return min(first, last)...max(first, last)
    }

    /// The same through another window.
    func through(_ window: GreyWindow) -> GreyscaleTransform {
        var other = self
        other.valuesOfInterest = .window(Window(window))
        return other
    }

    /// The least and the greatest value of a frame, in the modality's unit; padding does not count.
    func range(of frame: Frame) -> ClosedRange<Double> {
        let values = occurring(in: frame)
        return values.lowest <= values.highest ? values.lowest...values.highest : 0...0
    }

    private func occurring(in frame: Frame) -> ValueRange {
        func range(_ cells: some Sequence<UInt32>) -> ValueRange {
            ValueRange(cells.lazy.map(description.storedValue).filter { padding?.contains($0) != true }.map(modality.value))
        }
        return frame.bytes.withUnsafeBytes { bytes in
            switch frame.bytesPerSample {
            case 1: range(Self.occurring(bytes.bindMemory(to: UInt8.self)))
            case 2: range(Self.occurring(bytes.bindMemory(to: UInt16.self)))
            default: range(bytes.bindMemory(to: UInt32.self).lazy.map { UInt32(littleEndian: $0) })
            }
        }
    }

    /// Each cell that occurs, once.
    private static func occurring<Cell: FixedWidthInteger & UnsignedInteger>(_ cells: UnsafeBufferPointer<Cell>) -> some Sequence<UInt32> {
        var marks = [Bool](repeating: false, count: 1 << Cell.bitWidth)
        marks.withUnsafeMutableBufferPointer { marks in
            for cell in cells { marks[Int(Cell(littleEndian: cell))] = true }
        }
        return marks.indices.lazy.filter { marks[$0] }.map { UInt32($0) }
    }

    /// What the file's window, table or range comes to as a window.
    func window(over range: ClosedRange<Double>) -> GreyWindow {
        switch valuesOfInterest {
        case .window(let window): GreyWindow(centre: window.centre, width: window.width)
        case .table(let table):
            GreyWindow(centre: Double(table.firstInput) + Double(table.entries.count) / 2, width: Double(table.entries.count))
        case .range, nil: GreyWindow(centre: (range.lowerBound + range.upperBound) / 2, width: range.upperBound - range.lowerBound)
        }
    }

    /// 0 black … 1 white; padding is black.
    func grey(of frame: Frame) -> Grey {
        let valuesOfInterest = valuesOfInterest ?? .range(occurring(in: frame))
        func grey(_ stored: Int) -> Float {
            if padding?.contains(stored) == true { return 0 }
            let grey = valuesOfInterest.grey(modality.value(stored))
            return Float(isInverted ? 1 - grey : grey)
        }
        guard frame.bytesPerSample <= 2 else {
            return .values((0..<frame.bytes.count / frame.bytesPerSample).map { grey(description.storedValue(frame.cell($0))) })
        }
        let shift = description.highBit + 1 - description.bitsStored
        // A decoder may give smaller cells than the header allocates.
        let bits = min(description.bitsStored, max(0, 8 * frame.bytesPerSample - shift))
        return .table(
            GreyTable(entries: (0..<1 << bits).map { grey(description.storedValue(UInt32($0) << UInt32(shift))) }, shift: UInt32(shift)))
    }
}

/// The modality LUT: stored values to those of the modality (PS3.3 section C.11.1).
enum ModalityTransform {
    case linear(slope: Double, intercept: Double)
    case table(LookupTable)

    init(_ dataSet: DataSet, _ description: ImagePixelDescription) throws(PixelError) {
        if let item = dataSet.root.firstItem(0x0028_3000),
            let table = try LookupTable(in: item, descriptor: 0x0028_3002, data: 0x0028_3006, isSigned: description.isSigned)
        {
            self = .table(table)
            return
        }
        // Enhanced objects have it in a functional group, Pixel Value Transformation (PS3.3 section C.7.6.16.2.9).
        let item = dataSet.holder(of: 0x0028_1053, functionalGroup: 0x0028_9145)
        guard let item else {
            self = .linear(slope: 1, intercept: 0)
            return
        }
        guard let slope = item.decimal(0x0028_1053), let intercept = item.decimal(0x0028_1052), slope != 0 else {
            throw PixelError("Rescale Slope and Rescale Intercept are no numbers that can be used")
        }
        self = .linear(slope: slope, intercept: intercept)
    }

    func value(_ stored: Int) -> Double {
        switch self {
        case .linear(let slope, let intercept): Double(stored) * slope + intercept
        case .table(let table): table.entry(for: Double(stored))
        }
    }
}

/// From the modality's values to grey (PS3.3 section C.11.2), 0 to 1.
enum ValuesOfInterest {
    case window(Window)
    case table(LookupTable)
    case range(ValueRange)

    /// The first window, else the first table; nil where the image has neither.
    init?(_ dataSet: DataSet, _ modality: ModalityTransform) throws(PixelError) {
        // Enhanced objects have it in a functional group, Frame VOI LUT (PS3.3 section C.7.6.16.2.10).
        if let item = dataSet.holder(of: 0x0028_1050, functionalGroup: 0x0028_9132), let window = try Window(item) {
            self = .window(window)
            return
        }
        // Its first input is signed where its VR says so: which values go in, the modality LUT decides.
        guard let item = dataSet.root.firstItem(0x0028_3010),
            let table = try LookupTable(
                in: item, descriptor: 0x0028_3002, data: 0x0028_3006, isSigned: (item.integer(0x0028_3002, at: 1) ?? 0) < 0)
        else { return nil }
        self = .table(table)
    }

    func grey(_ value: Double) -> Double {
        switch self {
        case .window(let window): window.grey(value)
        case .table(let table): table.entry(for: value) / Double(table.maximum)
        case .range(let range): range.grey(value)
        }
    }
}

/// A window (PS3.3 section C.11.2.1.2).
struct Window: Hashable, Sendable {
    /// VOI LUT Function (0028,1056).
    enum Function: String, Hashable, Sendable {
        case linear = "LINEAR"
        case linearExact = "LINEAR_EXACT"
        case sigmoid = "SIGMOID"
    }

    var centre: Double
    var width: Double
    var function = Function.linear

    /// Nil where there is no window that the standard allows: width at least 1 for LINEAR, above 0 for the others. Zeros are
    /// written by systems that mean none.
    init?(_ item: DataSet.Item) throws(PixelError) {
        guard let centre = item.decimal(0x0028_1050), let width = item.decimal(0x0028_1051) else { return nil }
        if let stated = item.text(0x0028_1056) {
            guard let known = Function(rawValue: stated) else { throw PixelError("VOI LUT Function is none of LINEAR, LINEAR_EXACT and SIGMOID") }
            function = known
        }
        guard function == .linear ? width >= 1 : width > 0 else { return nil }
        self.centre = centre
        self.width = width
    }

    init(_ window: GreyWindow) {
        centre = window.centre
        width = window.width
    }

    func grey(_ value: Double) -> Double {
        switch function {
        case .linear:
            // C.11.2.1.2.1; at width 1 it is a step, and nothing lies between its ends.
            let low = centre - 0.5 - (width - 1) / 2
            let high = centre - 0.5 + (width - 1) / 2
            if value <= low { return 0 }
            if value > high { return 1 }
            return (value - (centre - 0.5)) / (width - 1) + 0.5
        case .linearExact:
            // C.11.2.1.3.2.
            if value <= centre - width / 2 { return 0 }
            if value > centre + width / 2 { return 1 }
            return (value - centre) / width + 0.5
        case .sigmoid:
            // C.11.2.1.3.1.
            return 1 / (1 + exp(-4 * (value - centre) / width))
        }
    }
}

/// The values that occur, lowest black and highest white.
struct ValueRange: Hashable, Sendable {
    private(set) var lowest = Double.infinity
    private(set) var highest = -Double.infinity

    init(_ values: some Sequence<Double>) {
        for value in values {
            lowest = min(lowest, value)
            highest = max(highest, value)
        }
    }

    /// An even frame is black.
    func grey(_ value: Double) -> Double { highest > lowest ? (value - lowest) / (highest - lowest) : 0 }
}

extension DataSet {
    /// Where an attribute of the first frame stands: in the data set itself, or in a functional group, shared or of the first frame
    /// (PS3.3 section C.7.6.16.1.1).
    fileprivate func holder(of tag: UInt32, functionalGroup: UInt32) -> Item? {
        if root.text(tag) != nil { return root }
        return [0x5200_9229, 0x5200_9230].lazy.compactMap { self.root.firstItem($0)?.firstItem(functionalGroup) }.first { $0.text(tag) != nil }
    }
}
