/// Which picture of a study is wanted.
package struct FilmRequest: Hashable, Sendable {
    /// Study Instance UID.
    package var study: String
    /// SOP Instance UID.
    package var image: String
    /// The finding whose heat map is wanted, too.
    package var finding: String?

    package init(study: String, image: String, finding: String?) {
        self.study = study
        self.image = image
        self.finding = finding
    }
}

/// A film in grey, and a heat map that lies exactly over it.
package struct Film: Hashable, Sendable {
    package var grey: Picture
    /// Red, green, blue, opacity; of any size, its sides as long to each other as the film's. Nil where there is none.
    package var heat: Picture?
    /// Why there is no heat map, where one was asked for.
    package var whyNoHeat: String?

    package init(grey: Picture, heat: Picture? = nil, whyNoHeat: String? = nil) {
        self.grey = grey
        self.heat = heat
        self.whyNoHeat = whyNoHeat
    }
}

/// Pixels row by row, so many bytes each.
package struct Picture: Hashable, Sendable {
    package let columns: Int
    package let rows: Int
    package let channels: Int
    package let bytes: [UInt8]

    package init(columns: Int, rows: Int, channels: Int, bytes: [UInt8]) {
        precondition(columns > 0 && rows > 0 && bytes.count == columns * rows * channels)
        self.columns = columns
        self.rows = rows
        self.channels = channels
        self.bytes = bytes
    }

    /// The picture in another size: each pixel is the mean of those that fall on it, or the nearest where it grows.
    func scaled(columns toColumns: Int, rows toRows: Int) -> Picture {
        var scaled = [UInt8](repeating: 0, count: toColumns * toRows * channels)
        let spans = (0..<toColumns).map { Self.span(of: $0, in: toColumns, from: columns) }
        bytes.withUnsafeBufferPointer { bytes in
            for row in 0..<toRows {
                let lines = Self.span(of: row, in: toRows, from: rows)
                for (column, span) in spans.enumerated() {
                    for channel in 0..<channels {
                        var sum = 0
                        for line in lines {
                            for at in span { sum += Int(bytes[(line * columns + at) * channels + channel]) }
                        }
                        let count = lines.count * span.count
                        scaled[(row * toColumns + column) * channels + channel] = UInt8((sum + count / 2) / count)
                    }
                }
            }
        }
        return Picture(columns: toColumns, rows: toRows, channels: channels, bytes: scaled)
    }

    private static func span(of index: Int, in count: Int, from length: Int) -> Range<Int> {
        let start = min(length - 1, index * length / count)
        return start..<max(start + 1, (index + 1) * length / count)
    }
}
