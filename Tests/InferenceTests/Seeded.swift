/// The same weights and films as `scripts/reference/seeded.py`, to the bit.
enum Seeded {
    /// FNV-1a, 64 bits.
    static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Splitmix64's top 24 bits as doubles in -1..<1.
    static func uniform(_ name: String, count: Int) -> [Double] {
        var state = hash(name)
        return (0..<count).map { _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            return Double(z >> 40) / 0x1p23 - 1
        }
    }

    private static let stemVariance = ["features.norm0.running_var": 700_000.0]

    static func tensor(_ name: String, shape: [Int]) -> [Float] {
        let values = uniform(name, count: shape.reduce(1, *))
        let inputs = Double(shape.dropFirst().reduce(1, *))
        if name.hasSuffix(".running_var") {
            let scale = stemVariance[name] ?? 1
            return values.map { Float((1 + 0.5 * $0) * scale) }
        }
        if shape.count == 4 {
            let gain = name.contains("_project_conv") ? 3.0 : 6.0
            return values.map { Float((gain / inputs).squareRoot() * $0) }
        }
        if shape.count == 2 { return values.map { Float(4 * (3 / inputs).squareRoot() * $0) } }
        if name.hasSuffix(".weight") { return values.map { Float(1 + 0.2 * $0) } }
        return values.map { Float(0.2 * $0) }
    }

    /// An 8-bit grey image: a slope, a coarse pattern and noise, all from integers.
    static func film(rows: Int, columns: Int) -> [UInt8] {
        (0..<(rows * columns)).map { index in
            let (y, x) = index.quotientAndRemainder(dividingBy: columns)
            let noise = (x * 7919 + y * 104_729 + x * y * 31) % 97
            let coarse = ((x / 13 + y / 17) % 5) * 29
            let slope = (x * 60) / columns + (y * 40) / rows
            return UInt8(min(noise / 2 + coarse + slope, 255))
        }
    }
}

/// Random figures that a failing test can be repeated with.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
