import CPNG

/// Pixels read from a PNG, 8 bits a channel.
package struct PNGPixels: Sendable, Hashable {
    package enum Channels: Int, Sendable {
        case grey = 1
        case rgba = 4
    }

    package let width: Int
    package let height: Int
    /// Row by row.
    package let bytes: [UInt8]

    /// A longer side is refused: whoever sent it was asked for less.
    package static let longestSide = 4096

    package init(png: [UInt8], as channels: Channels) throws(PNGError) {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        // What libpng has begun it must be told to end, however it ends.
        defer { png_image_free(&image) }
        var bytes: [UInt8] = []
        let isRead = png.withUnsafeBytes { source in
            guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0 else { return false }
            guard image.width <= Self.longestSide, image.height <= Self.longestSide else { return false }
            image.format = channels == .grey ? png_uint_32(PNG_FORMAT_GRAY) : png_uint_32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
            bytes = [UInt8](repeating: 0, count: Int(image.width) * Int(image.height) * channels.rawValue)
            return png_image_finish_read(&image, nil, &bytes, 0, nil) != 0
        }
        guard isRead, !bytes.isEmpty else { throw PNGError(description: "the picture is no PNG of at most \(Self.longestSide) pixels a side") }
        (width, height, self.bytes) = (Int(image.width), Int(image.height), bytes)
    }
}
