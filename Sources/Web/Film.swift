/// Which picture of which film is wanted.
package struct FilmQuery: Sendable, Hashable {
    package var study: String
    package var image: String
    /// The longest side, in pixels.
    package var size: Int
    /// In the film's own modality units; nil: the file's window.
    package var window: Window?
    package var frame: Int

    package struct Window: Sendable, Hashable {
        package var center: Double
        package var width: Double

        package init(center: Double, width: Double) {
            self.center = center
            self.width = width
        }
    }

    package init(study: String, image: String, size: Int, window: Window?, frame: Int) {
        self.study = study
        self.image = image
        self.size = size
        self.window = window
        self.frame = frame
    }
}

/// A film as a PNG, with what it takes to set another window.
package struct FilmPicture: Sendable, Hashable {
    package var png: [UInt8]
    package var window: FilmQuery.Window
    /// The least and the greatest value of the film, in modality units.
    package var minimum: Double
    package var maximum: Double
    package var rows: Int
    package var columns: Int

    package init(png: [UInt8], window: FilmQuery.Window, minimum: Double, maximum: Double, rows: Int, columns: Int) {
        self.png = png
        self.window = window
        self.minimum = minimum
        self.maximum = maximum
        self.rows = rows
        self.columns = columns
    }
}
