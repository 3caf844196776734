/// A heat map by itself, to be laid over its film: coloured where something speaks for a finding, clear where nothing does.
package struct HeatLayer: Sendable, Hashable {
    package let width: Int
    package let height: Int
    /// Row by row: red, green, blue, and how much of the film it hides.
    package let pixels: [UInt8]

    /// Strengths below this are clear: half of a film faintly tinted says nothing.
    package static let clearBelow: Float = 0.1

    /// - Parameters:
    ///   - rows: Of the film; the layer has its aspect.
    package init(_ heat: HeatOverlay.Heat, rows: Int, columns: Int, longest: Int = 512) {
        (width, height) = PictureSize.reduced(rows: rows, columns: columns, longest: longest)
        var pixels = [UInt8](repeating: 0, count: width * height * 4)
        for row in 0..<height {
            for column in 0..<width {
                let strength = heat.strength(
                    row: (Float(row) + 0.5) * Float(rows) / Float(height), column: (Float(column) + 0.5) * Float(columns) / Float(width))
                guard let strength, strength >= Self.clearBelow else { continue }
                let at = (row * width + column) * 4
                let colour = HeatOverlay.colour(strength)
                for channel in 0..<3 { pixels[at + channel] = UInt8(max(0, min(255, colour[channel] * 255))) }
                pixels[at + 3] = UInt8(max(0, min(255, strength * 255)))
            }
        }
        self.pixels = pixels
    }
}

extension HeatOverlay.Heat {
    /// Straight lines between the middles of the cells, level beyond them; nil outside the part that is covered.
    func strength(row: Float, column: Float) -> Float? {
        let y = (row - Float(firstRow)) / Float(coveredRows)
        let x = (column - Float(firstColumn)) / Float(coveredColumns)
        guard (0..<1).contains(y), (0..<1).contains(x) else { return nil }
        let v = max(0, min(Float(rows - 1), y * Float(rows) - 0.5))
        let u = max(0, min(Float(columns - 1), x * Float(columns) - 0.5))
        let (top, left) = (Int(v), Int(u))
        let (bottom, right) = (min(top + 1, rows - 1), min(left + 1, columns - 1))
        let (down, across) = (v - Float(top), u - Float(left))
        let upper = strengths[top * columns + left] * (1 - across) + strengths[top * columns + right] * across
        let lower = strengths[bottom * columns + left] * (1 - across) + strengths[bottom * columns + right] * across
        return upper * (1 - down) + lower * down
    }
}
