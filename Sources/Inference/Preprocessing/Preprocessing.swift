/// What an image may measure before it is refused.
package struct ImageLimits: Sendable, Hashable {
    /// DICOM's Rows and Columns are 16-bit (PS3.3 C.7.6.3).
    package var side = 65_535
    package var pixels = 256 << 20

    package init() {}
}

/// The part of an image that the network sees.
package struct ImageRegion: Sendable, Hashable {
    package var firstRow: Int
    package var firstColumn: Int
    package var rows: Int
    package var columns: Int
}

extension PreprocessingRecipe {
    /// Where a heat map lies over an image of this size.
    package func region(rows: Int, columns: Int) -> ImageRegion {
        switch crop {
        case .none: return ImageRegion(firstRow: 0, firstColumn: 0, rows: rows, columns: columns)
        case .centreSquare:
            let side = min(rows, columns)
            return ImageRegion(firstRow: (rows - side) / 2, firstColumn: (columns - side) / 2, rows: side, columns: side)
        }
    }

    /// The network's inputs from an image, each of one of `sizes` squared, row by row: the last step goes to each of them.
    ///
    ///     let inputs = try recipe.inputs(of: film, sizes: [224, 144])   // 224 × 224 and 144 × 144 floats
    package func inputs(of image: some GreyRows, sizes: [Int], limits: ImageLimits = ImageLimits()) throws -> [[Float]] {
        let (rows, columns) = (image.rows, image.columns)
        guard rows > 0, columns > 0, rows <= limits.side, columns <= limits.side, rows * columns <= limits.pixels else {
            throw InferenceError(
                .invalidImage, "an image of \(rows)×\(columns) can't be scored", at: "image",
                remedy: "it must have 1 to \(limits.side) rows and columns and at most \(limits.pixels) pixels")
        }
        var current = Intermediate.source(CroppedRows(image: image, region: region(rows: rows, columns: columns)))
        for step in resize.dropLast() { current = try current.resized(step) }
        return try sizes.map { size in
            let last = try resize.last.map { try current.resized(Resize(to: size, filter: $0.filter)) } ?? current
            return normalise.applied(to: try last.floats().values)
        }
    }
}

/// The image between two steps.
private enum Intermediate<Image: GreyRows> {
    case source(CroppedRows<Image>)
    case grey(GreyImage)
    case floats(FloatImage)

    func resized(_ step: PreprocessingRecipe.Resize) throws -> Intermediate {
        switch (step.filter, self) {
        case (.bilinearAntialias, .source(let source)): .floats(try source.resizedAsTorch(to: step.to))
        case (.bilinearAntialias, _): .floats(try floats().whole.resizedAsTorch(to: step.to))
        case (.pillowBilinear8Bit, .source(let source)): .grey(try source.grey().resizedAsPillow(to: step.to))
        case (.pillowBilinear8Bit, .floats(let image)): .grey(try image.whole.grey().resizedAsPillow(to: step.to))
        case (.pillowBilinear8Bit, .grey(let image)): .grey(image.resizedAsPillow(to: step.to))
        }
    }

    func floats() throws -> FloatImage {
        switch self {
        case .source(let source): try source.floats()
        case .floats(let image): image
        case .grey(let grey): FloatImage(rows: grey.rows, columns: grey.columns, counted: grey.values.map { Float($0) / 255 })
        }
    }
}

extension FloatImage {
    fileprivate var whole: CroppedRows<FloatImage> {
        CroppedRows(image: self, region: ImageRegion(firstRow: 0, firstColumn: 0, rows: rows, columns: columns), isChecked: false)
    }
}

extension Normalisation {
    package func applied(to values: [Float]) -> [Float] {
        switch self {
        case .range(let low, let high):
            return values.map { Float(low) + $0 * Float(high - low) }
        case .perImageStandard(let epsilon):
            let count = Double(values.count)
            let mean = values.reduce(0.0) { $0 + Double($1) } / count
            let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
            let deviation = (squares / max(count - 1, 1)).squareRoot()
            let divisor = deviation + epsilon
            return values.map { Float((Double($0) - mean) / divisor) }
        }
    }
}
