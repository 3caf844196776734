import Inference
import Testing

/// One of the processor's kernel sets, and a seed that a failing case can be repeated with.
struct LayerCase: Sendable, CustomTestStringConvertible {
    var seed: UInt64
    var kernels: Kernels

    static let all = Kernels.available.flatMap { kernels in (1...12).map { LayerCase(seed: $0, kernels: kernels) } }

    var testDescription: String { "\(kernels.name), seed \(seed)" }
}

/// Random tensors in an arena, and the comparison of a layer with its twin.
struct LayerBench {
    let kernels: Kernels
    let pool = ConstantPool()
    private let seed: UInt64
    private var generator: SeededGenerator
    private var layout = ArenaLayout()

    /// Relative to the size of the values that are summed.
    static let tolerance: Float = 2e-4

    init(_ given: LayerCase) {
        seed = given.seed
        kernels = given.kernels
        generator = SeededGenerator(seed)
    }

    mutating func size(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func flip() -> Bool { Bool.random(using: &generator) }

    mutating func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -2...2, using: &generator) } }

    mutating func epilogue(_ channels: Int, skip: TensorView? = nil) -> Epilogue {
        Epilogue(bias: flip() ? values(channels) : [], activation: Activation.allCases[size(0...2)], skip: skip)
    }

    mutating func scaleShift(_ channels: Int) -> ScaleShift { ScaleShift(scale: values(channels), shift: values(channels)) }

    /// Room for three shares.
    mutating func scratch(_ count: Int) -> Scratch { Scratch(offset: layout.reserve(3 * count), count: count) }

    /// Some channels of a wider buffer.
    mutating func slice(_ shape: Shape) -> TensorView {
        let before = size(0...20)
        var whole = shape
        whole.channels += before + size(0...20)
        return TensorView(start: layout.reserve(whole.count), shape: whole).channels(from: before, count: shape.channels)
    }

    mutating func padded(_ shape: Shape, _ padding: Padding = Padding(top: 1, left: 2, bottom: 0, right: 1)) -> TensorView {
        TensorView(start: layout.reserve(TensorView.count(of: shape, padding: padding)), shape: shape, padding: padding)
    }

    /// The layer in one piece, and in three shares one after the other, last one first: the order must not matter.
    mutating func check(_ layer: some Layer, _ twin: Twin, writing other: ([Float], TensorView)? = nil, tolerance: Float = tolerance) {
        let input = values(layer.input.shape.count)
        let expected = twin.compute(input)
        let scale = expected.reduce(1) { max($0, $1.magnitude) }
        for shares in [[Share.whole], (0..<3).reversed().map { Share(part: $0, of: 3) }] {
            let arena = Arena(count: layout.count)
            // What lay there before must not show: neither in the result nor in the zeros around it.
            for index in 0..<arena.count { arena.base[index] = 1e6 }
            input.withUnsafeBufferPointer { layer.input.write($0, on: arena.base) }
            if let (values, view) = other { values.withUnsafeBufferPointer { view.write($0, on: arena.base) } }
            for share in shares { layer.run(on: arena.base, share: share) }
            let difference = largestDifference(layer.output.read(from: arena.base), expected)
            #expect(
                difference <= tolerance * scale,
                """
                \(type(of: layer)), \(kernels.name), seed \(seed), \(shares.count) shares: \(layer.input.shape) to \(layer.output.shape), \
                largest difference \(difference) of \(scale)
                """)
            #expect(
                borderIsZero(layer.output, in: arena),
                "\(type(of: layer)), \(kernels.name), seed \(seed), \(shares.count) shares: the border of \(layer.output)")
        }
    }

    private func borderIsZero(_ view: TensorView, in arena: Arena) -> Bool {
        let padding = view.padding
        for row in -padding.top..<(view.shape.rows + padding.bottom) {
            for column in -padding.left..<(view.shape.columns + padding.right) {
                let isInside = (0..<view.shape.rows).contains(row) && (0..<view.shape.columns).contains(column)
                guard !isInside else { continue }
                let pixel = view.index(row: row, column: column)
                if (0..<view.shape.channels).contains(where: { arena.base[pixel + $0] != 0 }) { return false }
            }
        }
        return true
    }
}
