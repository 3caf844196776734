import CPNG

/// A picture that could not be written as PNG.
package struct PNGError: Error, CustomStringConvertible, Hashable {
    package var description: String
}

extension Canvas {
    /// The picture as a PNG file's bytes.
    package func png() throws(PNGError) -> [UInt8] {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        var size = 0
        guard png_image_write_to_memory(&image, nil, &size, 0, pixels, 0, nil) != 0 else { throw PNGError(description: Self.message(image)) }
        var bytes = [UInt8](repeating: 0, count: size)
        guard png_image_write_to_memory(&image, &bytes, &size, 0, pixels, 0, nil) != 0 else { throw PNGError(description: Self.message(image)) }
        return Array(bytes.prefix(size))
    }

    private static func message(_ image: png_image) -> String {
        withUnsafeBytes(of: image.message) { "libpng: " + String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
