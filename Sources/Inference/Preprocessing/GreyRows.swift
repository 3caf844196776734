/// An image that is read a row at a time: 0 black to 1 white, after modality and VOI LUT (MONOCHROME2).
///
/// A film of 2000×2000 need not stand in memory as floats: its rows are made where they are wanted.
package protocol GreyRows {
    var rows: Int { get }
    var columns: Int { get }
    /// Writes `count` values of a row, from `column` on, to `target`.
    func read(row: Int, from column: Int, count: Int, to target: UnsafeMutablePointer<Float>)
}

/// An image of floats, row by row.
package struct FloatImage: GreyRows, Sendable, Hashable {
    package let rows: Int
    package let columns: Int
    package internal(set) var values: [Float]

    /// What the caller has counted.
    init(rows: Int, columns: Int, counted values: [Float]) {
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    package init(rows: Int, columns: Int, values: [Float]) throws {
        guard rows >= 0, columns >= 0, values.count == rows * columns else {
            throw InferenceError(
                .invalidImage, "\(rows)×\(columns) pixels are stated and \(values.count) given", at: "image",
                remedy: "check the image's Rows, Columns and frame")
        }
        self.init(rows: rows, columns: columns, counted: values)
    }

    package func read(row: Int, from column: Int, count: Int, to target: UnsafeMutablePointer<Float>) {
        values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            target.update(from: base + (row * columns + column), count: count)
        }
    }
}

/// The part of an image that is looked at, its values checked as they are read.
struct CroppedRows<Image: GreyRows> {
    var image: Image
    var region: ImageRegion
    /// Between two steps nothing is checked: weights sum to 1 but for their rounding, and white may come out a little above 1.
    var isChecked = true

    var rows: Int { region.rows }
    var columns: Int { region.columns }

    func read(_ row: Int, to target: UnsafeMutablePointer<Float>) throws {
        image.read(row: region.firstRow + row, from: region.firstColumn, count: columns, to: target)
        guard isChecked else { return }
        // As whole numbers, the bits of 0…1 are in order, and those of what is larger, below zero or NaN lie above them; −0 + 0 is 0.
        var largest: UInt32 = 0
        for column in 0..<columns { largest = max(largest, (target[column] + 0).bitPattern) }
        guard largest <= Float(1).bitPattern else {
            throw InferenceError(
                .invalidImage, "a pixel's value is not between 0 and 1", at: "image",
                remedy: "apply modality and VOI LUT before scoring, and check the pixel data")
        }
    }

    func floats() throws -> FloatImage {
        var values = [Float](repeating: 0, count: rows * columns)
        try values.withUnsafeMutableBufferPointer { values in
            guard let target = values.baseAddress else { return }
            for row in 0..<rows { try read(row, to: target + row * columns) }
        }
        return FloatImage(rows: rows, columns: columns, counted: values)
    }

    /// Rounded to 256 grey levels, to the nearest, ties to the even one (NumPy's `round`).
    func grey() throws -> GreyImage {
        var line = [Float](repeating: 0, count: columns)
        var values = [UInt8](repeating: 0, count: rows * columns)
        try line.withUnsafeMutableBufferPointer { line in
            try values.withUnsafeMutableBufferPointer { values in
                guard let line = line.baseAddress, let target = values.baseAddress else { return }
                for row in 0..<rows {
                    try read(row, to: line)
                    // From 2²³ on, a float's last bit is worth 1: adding 2²³ rounds, and the low byte is the level.
                    for column in 0..<columns { target[row * columns + column] = UInt8(truncatingIfNeeded: (line[column] * 255 + 0x1p23).bitPattern) }
                }
            }
        }
        return GreyImage(rows: rows, columns: columns, values: values)
    }
}
