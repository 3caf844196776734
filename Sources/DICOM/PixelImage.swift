/// The first frame of an image as it is meant to be looked at: grey values from black to white.
///
///     let image = try PixelImage.decode(file: "film.dcm")
///     image.values[row * image.columns + column]        // 0 black … 1 white
///     image.read(row: 7, from: 0, count: image.columns, to: line)
///
/// Decompression, modality LUT, VOI LUT or window, and polarity, in the order of PS3.4 section N.2. Colour becomes its luminance.
package struct PixelImage: Hashable, Sendable {
    package let rows: Int
    package let columns: Int
    private let frame: Frame
    private let grey: Grey

    /// The frame before any look-up table: decompressed, as it is stored else, little endian.
    package var frameBytes: [UInt8] { frame.bytes }

    /// Row by row, `rows` × `columns`, 0 black … 1 white.
    package var values: [Float] {
        grey.values(of: frame)
    }

    /// Writes `count` values of a row, from `column` on, to `target`.
    package func read(row: Int, from column: Int, count: Int, to target: UnsafeMutablePointer<Float>) {
        precondition(row >= 0 && row < rows && column >= 0 && column + count <= columns)
        let first = row * columns + column
        switch grey {
        case .table(let table): table.read(frame, first..<first + count, to: target)
        case .values(let values):
            values.withUnsafeBufferPointer { values in
                guard let base = values.baseAddress else { return }
                target.update(from: base + first, count: count)
            }
        }
    }

    /// What one image may take.
    package struct Limits: Hashable, Sendable {
        /// Rows × columns; the largest detectors have some 30 million pixels.
        package var pixels = 100_000_000
        /// Bytes of the encoded frame.
        package var encodedFrameBytes = 1 << 30

        package init() {}
    }

    package static func decode(file: String, limits: Limits = Limits()) throws(PixelError) -> PixelImage {
        let dataSet: DataSet
        do { dataSet = try DataSet(file: file) } catch { throw PixelError("the file cannot be read: \(error.message)") }
        let description = try ImagePixelDescription(dataSet, limits)
        let frame = try Frame(dataSet, description, limits)
        let grey: Grey =
            switch description.photometricInterpretation {
            case .monochrome1, .monochrome2: try GreyscaleTransform(dataSet, description).grey(of: frame)
            case .paletteColour: .values(try PaletteColour(dataSet, description).luminance(of: frame))
            case .rgb, .ybrICT, .ybrRCT, .ybrFull, .ybrFull422: .values(frame.luminance(description))
            }
        return PixelImage(rows: description.rows, columns: description.columns, frame: frame, grey: grey)
    }
}
