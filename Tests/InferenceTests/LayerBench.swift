import Inference
import Testing

/// Random tensors in an arena, and the comparison of a layer with its twin.
struct LayerBench {
    private let seed: UInt64
    private var generator: SeededGenerator
    private var layout = ArenaLayout()

    /// Relative to the size of the values that are summed.
    private static let tolerance: Float = 2e-4

    init(_ seed: UInt64) {
        self.seed = seed
        generator = SeededGenerator(seed)
    }

    mutating func size(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func flip() -> Bool { Bool.random(using: &generator) }

    mutating func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -2...2, using: &generator) } }

    mutating func activation() -> Activation { Activation.allCases[size(0...2)] }

    mutating func scaleShift(_ channels: Int) -> ScaleShift { ScaleShift(scale: values(channels), shift: values(channels)) }

    mutating func scratch(_ count: Int) -> Scratch { Scratch(offset: layout.reserve(count), count: count) }

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

    mutating func check(
        _ layer: some Layer, writing other: ([Float], TensorView)? = nil, completing: ([Float]) -> [Float] = { $0 }
    ) {
        let arena = Arena(count: layout.count)
        // What lay there before must not show: neither in the result nor in the zeros around it.
        for index in 0..<arena.count { arena.base[index] = 1e6 }
        let input = values(layer.input.shape.count)
        input.withUnsafeBufferPointer { layer.input.write($0, on: arena.base) }
        if let (values, view) = other { values.withUnsafeBufferPointer { view.write($0, on: arena.base) } }
        layer.run(on: arena.base)
        let found = layer.output.read(from: arena.base)
        let expected = completing(layer.naive(input))
        let scale = expected.reduce(1) { max($0, $1.magnitude) }
        let difference = largestDifference(found, expected)
        #expect(
            difference <= LayerBench.tolerance * scale,
            "\(type(of: layer)), seed \(seed): \(layer.input.shape) to \(layer.output.shape), largest difference \(difference) of \(scale)")
        #expect(borderIsZero(layer.output, in: arena), "\(type(of: layer)), seed \(seed): the border of \(layer.output)")
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
