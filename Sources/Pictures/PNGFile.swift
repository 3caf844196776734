import CPNG

/// A picture that could not be written as PNG.
package struct PNGError: Error, CustomStringConvertible, Hashable {
    package var description: String
}

extension Canvas {
    /// The picture as a PNG file's bytes.
    package func png() throws(PNGError) -> [UInt8] { try PNGFile.bytes(of: pixels, width: width, height: height, .colour) }
}

extension GreyPicture {
    package func png() throws(PNGError) -> [UInt8] { try PNGFile.bytes(of: pixels, width: width, height: height, .grey) }
}

extension HeatLayer {
    package func png() throws(PNGError) -> [UInt8] { try PNGFile.bytes(of: pixels, width: width, height: height, .colourAndAlpha) }
}

private enum PNGFile {
    /// One, three or four bytes a pixel.
    enum Format: UInt32 {
        case grey = 0
        case colour = 2
        case colourAndAlpha = 3
    }

    static func bytes(of pixels: [UInt8], width: Int, height: Int, _ format: Format) throws(PNGError) -> [UInt8] {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        image.format = png_uint_32(format.rawValue)
        // A picture is made to be looked at once: less time, somewhat more bytes.
        image.flags = png_uint_32(PNG_IMAGE_FLAG_FAST)
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
