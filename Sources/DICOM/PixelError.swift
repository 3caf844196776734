/// Why a file gives no picture.
package struct PixelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// For the worklist, without patient data, for example `pixel data are shorter than the image: 131072 of 524288 bytes`.
    package var reason: String

    package init(_ reason: String) { self.reason = reason }

    package var description: String { reason }

    static func undecodable(_ detail: String) -> PixelError { PixelError("pixel data cannot be decoded: \(detail)") }
}
