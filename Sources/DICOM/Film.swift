/// The first frame of an image, decoded and ready to be looked at through one window after another.
///
///     let film = try Film(file: "film.dcm")
///     film.window                                   // the file's own, in modality units
///     film.values(through: GreyWindow(centre: 40, width: 400))    // 0 black … 1 white
package struct Film: Sendable {
    package let rows: Int
    package let columns: Int
    package let frames: Int
    /// What the file wants it to be seen through; of a table, the values that it covers.
    package let window: GreyWindow
    /// The least and the greatest value, in modality units.
    package let range: ClosedRange<Double>
    /// What it takes of memory.
    package var byteCount: Int

    private enum Content {
        case grey(Frame, GreyscaleTransform)
        /// Colour: its luminance, 0…1. Its unit is the 255th part of it.
        case luminance([Float])
    }

    private let content: Content

    package init(file: String, limits: PixelImage.Limits = PixelImage.Limits()) throws(PixelError) {
        let dataSet: DataSet
        do { dataSet = try DataSet(file: file) } catch { throw PixelError("the file cannot be read: \(error.message)") }
        let description = try ImagePixelDescription(dataSet, limits)
        let frame = try Frame(dataSet, description, limits)
        rows = description.rows
        columns = description.columns
        frames = description.frames
        switch description.photometricInterpretation {
        case .monochrome1, .monochrome2:
            let transform = try GreyscaleTransform(dataSet, description)
            let occurring = transform.range(of: frame)
            range = occurring
            window = transform.window(over: occurring)
            content = .grey(frame, transform)
            byteCount = frame.bytes.count
        case .paletteColour: (content, range, window, byteCount) = Self.colour(try PaletteColour(dataSet, description).luminance(of: frame))
        case .rgb, .ybrICT, .ybrRCT, .ybrFull, .ybrFull422: (content, range, window, byteCount) = Self.colour(frame.luminance(description))
        }
    }

    private static func colour(_ values: [Float]) -> (Content, ClosedRange<Double>, GreyWindow, Int) {
        (.luminance(values), 0...255, GreyWindow(centre: 127.5, width: 255), values.count * MemoryLayout<Float>.size)
    }

    /// Row by row, 0 black … 1 white; nil: as the file wants it.
    package func values(through window: GreyWindow?) -> [Float] {
        switch content {
        case .grey(let frame, let transform): return (window.map(transform.through) ?? transform).grey(of: frame).values(of: frame)
        case .luminance(let values):
            guard let window, window != self.window else { return values }
            return values.map { Float(window.grey(Double($0) * 255)) }
        }
    }
}

/// A window in modality units, LINEAR (PS3.3 section C.11.2.1.2.1).
package struct GreyWindow: Hashable, Sendable {
    package var centre: Double
    /// At least 1.
    package var width: Double

    package init(centre: Double, width: Double) {
        self.centre = centre
        self.width = max(1, width)
    }

    func grey(_ value: Double) -> Double { Window(self).grey(value) }
}
