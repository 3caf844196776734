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
        let stretch = Stretch(rows: rows, columns: columns, crop: crop)
        return ImageRegion(firstRow: stretch.firstRow, firstColumn: stretch.firstColumn, rows: stretch.rows, columns: stretch.columns)
    }

    /// The network's input (the last step's size squared, row by row) from an image's pixels.
    ///
    ///     let input = try recipe.input(pixels: film, rows: 2000, columns: 2000)   // 224 × 224 floats
    ///
    /// `pixels`: row by row, 0 black to 1 white, after modality and VOI LUT (MONOCHROME2).
    package func input(pixels: [Float], rows: Int, columns: Int, limits: ImageLimits = ImageLimits()) throws -> [Float] {
        guard rows > 0, columns > 0, rows <= limits.side, columns <= limits.side, rows * columns <= limits.pixels else {
            throw InferenceError(
                .invalidImage, "an image of \(rows)×\(columns) can't be scored", at: "image",
                remedy: "it must have 1 to \(limits.side) rows and columns and at most \(limits.pixels) pixels")
        }
        guard pixels.count == rows * columns else {
            throw InferenceError(
                .invalidImage, "\(rows)×\(columns) pixels are stated and \(pixels.count) given", at: "image",
                remedy: "check the image's Rows, Columns and frame")
        }
        var image = Stretch(rows: rows, columns: columns, crop: crop)
        var current: Intermediate = .source
        for step in resize {
            switch step.filter {
            case .pillowBilinear8Bit:
                let grey: GreyImage
                switch current {
                case .source: grey = try image.grey(pixels)
                case .grey(let before): grey = before
                case .floats(let before):
                    image = Stretch(rows: before.rows, columns: before.columns, crop: .none)
                    grey = try image.grey(before.values)
                }
                current = .grey(grey.resizedAsPillow(to: step.to))
            case .bilinearAntialias:
                current = .floats(try current.floats(pixels, image).resizedAsTorch(to: step.to))
            }
        }
        return normalise.applied(to: try current.floats(pixels, image).values)
    }
}

/// The image between two steps.
private enum Intermediate {
    case source
    case grey(GreyImage)
    case floats(FloatImage)

    func floats(_ pixels: [Float], _ image: Stretch) throws -> FloatImage {
        switch self {
        case .source: try image.floats(pixels)
        case .floats(let image): image
        case .grey(let grey):
            FloatImage(rows: grey.rows, columns: grey.columns, values: grey.values.map { Float($0) / 255 })
        }
    }
}

/// The part of an image that is looked at.
private struct Stretch {
    var firstRow: Int
    var firstColumn: Int
    var rows: Int
    var columns: Int
    /// Columns of the image it is a part of.
    var stride: Int

    init(rows: Int, columns: Int, crop: PreprocessingRecipe.Crop) {
        stride = columns
        switch crop {
        case .none:
            (firstRow, firstColumn, self.rows, self.columns) = (0, 0, rows, columns)
        case .centreSquare:
            let side = min(rows, columns)
            (firstRow, firstColumn, self.rows, self.columns) = ((rows - side) / 2, (columns - side) / 2, side, side)
        }
    }

    /// Rounded to 256 grey levels, to the nearest, ties to the even one (NumPy's `round`).
    func grey(_ pixels: [Float]) throws -> GreyImage {
        var outside: UInt32 = 0
        let values = [UInt8](unsafeUninitializedCapacity: rows * columns) { buffer, initialized in
            pixels.withUnsafeBufferPointer { pixels in
                guard let source = pixels.baseAddress, let target = buffer.baseAddress else { return }
                for row in 0..<rows {
                    let from = source + (firstRow + row) * stride + firstColumn
                    let to = target + row * columns
                    for column in 0..<columns {
                        let value = from[column]
                        outside |= value >= 0 && value <= 1 ? 0 : 1
                        // From 2²³ on, a float's last bit is worth 1: adding 2²³ rounds, and the low byte is the level.
                        to[column] = UInt8(truncatingIfNeeded: (value * 255 + 0x1p23).bitPattern)
                    }
                }
            }
            initialized = rows * columns
        }
        guard outside == 0 else { throw Stretch.outsideRange }
        return GreyImage(rows: rows, columns: columns, values: values)
    }

    func floats(_ pixels: [Float]) throws -> FloatImage {
        var outside: UInt32 = 0
        let values = [Float](unsafeUninitializedCapacity: rows * columns) { buffer, initialized in
            pixels.withUnsafeBufferPointer { pixels in
                guard let source = pixels.baseAddress, let target = buffer.baseAddress else { return }
                for row in 0..<rows {
                    let from = source + (firstRow + row) * stride + firstColumn
                    let to = target + row * columns
                    for column in 0..<columns {
                        let value = from[column]
                        outside |= value >= 0 && value <= 1 ? 0 : 1
                        to[column] = value
                    }
                }
            }
            initialized = rows * columns
        }
        guard outside == 0 else { throw Stretch.outsideRange }
        return FloatImage(rows: rows, columns: columns, values: values)
    }

    private static let outsideRange = InferenceError(
        .invalidImage, "a pixel's value is not between 0 and 1", at: "image",
        remedy: "apply modality and VOI LUT before scoring, and check the pixel data")
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
