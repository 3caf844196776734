import Foundation

/// Builds small composite objects, and takes files apart, independently of the code under test.
enum Part10 {
    static let explicitLittleEndian = "1.2.840.10008.1.2.1"
    static let implicitLittleEndian = "1.2.840.10008.1.2"
    static let computedRadiography = "1.2.840.10008.5.1.4.1.1.1"
    static let ctImage = "1.2.840.10008.5.1.4.1.1.2"

    /// One element in Explicit VR Little Endian.
    static func element(_ group: UInt16, _ element: UInt16, _ vr: String, _ value: Data) -> Data {
        var value = value
        if !value.count.isMultiple(of: 2) { value.append(vr == "UI" || vr == "OB" ? 0 : 0x20) }
        var bytes = little(group) + little(element) + Data(vr.utf8)
        if ["OB", "OD", "OF", "OW", "SQ", "UC", "UN", "UR", "UT"].contains(vr) {
            bytes += Data([0, 0]) + little(UInt32(value.count))
        } else {
            bytes += little(UInt16(value.count))
        }
        return bytes + value
    }

    static func element(_ group: UInt16, _ number: UInt16, _ vr: String, _ text: String) -> Data {
        element(group, number, vr, Data(text.utf8))
    }

    /// An image's data set; `sequence` stands, as it is, where (0008,1140) belongs.
    static func dataSet(
        sopClass: String = computedRadiography, instance: String, rows: Int = 16, columns: Int = 16, sequence: Data = Data()
    ) -> Data {
        var pixels = Data(capacity: 2 * rows * columns)
        for index in 0..<rows * columns { pixels += little(UInt16(index % 4096)) }
        var bytes = Data()
        bytes += element(0x0008, 0x0016, "UI", sopClass)
        bytes += element(0x0008, 0x0018, "UI", instance)
        bytes += element(0x0008, 0x0060, "CS", sopClass == ctImage ? "CT" : "CR")
        bytes += sequence
        bytes += element(0x0010, 0x0010, "PN", "Synthetic^Person")
        bytes += element(0x0010, 0x0020, "LO", "P1")
        bytes += element(0x0020, 0x000D, "UI", "2.25.1")
        bytes += element(0x0020, 0x000E, "UI", "2.25.2")
        bytes += element(0x0028, 0x0002, "US", little(UInt16(1)))
        bytes += element(0x0028, 0x0004, "CS", "MONOCHROME2")
        for (number, value) in [(0x0010, rows), (0x0011, columns), (0x0100, 16), (0x0101, 12), (0x0102, 11), (0x0103, 0)] {
            bytes += element(0x0028, UInt16(number), "US", little(UInt16(value)))
        }
        return bytes + element(0x7FE0, 0x0010, "OW", pixels)
    }

    /// (0008,1140) of undefined length, with an item of undefined length that holds an empty sequence of undefined length.
    static let undefinedLengthSequence: Data = {
        let undefined = little(UInt32.max)
        func tag(_ group: UInt16, _ element: UInt16) -> Data { little(group) + little(element) }
        let inner = tag(0x0008, 0x1199) + Data("SQ".utf8) + Data([0, 0]) + undefined + tag(0xFFFE, 0xE0DD) + little(UInt32(0))
        let item = tag(0xFFFE, 0xE000) + undefined + element(0x0008, 0x1155, "UI", "2.25.3") + inner + tag(0xFFFE, 0xE00D) + little(UInt32(0))
        return tag(0x0008, 0x1140) + Data("SQ".utf8) + Data([0, 0]) + undefined + item + tag(0xFFFE, 0xE0DD) + little(UInt32(0))
    }()

    /// An item of defined length.
    static func item(_ content: Data) -> Data { little(UInt16(0xFFFE)) + little(UInt16(0xE000)) + little(UInt32(content.count)) + content }

    static func file(
        _ dataSet: Data, sopClass: String = computedRadiography, instance: String, transferSyntax: String = explicitLittleEndian
    ) -> Data {
        var meta = element(0x0002, 0x0001, "OB", Data([0, 1]))
        meta += element(0x0002, 0x0002, "UI", sopClass)
        meta += element(0x0002, 0x0003, "UI", instance)
        meta += element(0x0002, 0x0010, "UI", transferSyntax)
        meta += element(0x0002, 0x0012, "UI", "2.25.4")
        let start = Data(count: 128) + Data("DICM".utf8) + element(0x0002, 0x0000, "UL", little(UInt32(meta.count)))
        return start + meta + dataSet
    }

    /// What follows the file meta information, found by its group length.
    static func dataSet(ofFile bytes: Data) -> Data? {
        let bytes = Data(bytes)
        guard bytes.count > 144, bytes[128..<132] == Data("DICM".utf8) else { return nil }
        let length = (0..<4).reduce(0) { $0 | Int(bytes[140 + $1]) << (8 * $1) }
        return bytes.count >= 144 + length ? Data(bytes[(144 + length)...]) : nil
    }

    static func little(_ value: some FixedWidthInteger) -> Data {
        withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }

    static func big(_ value: some FixedWidthInteger) -> Data {
        withUnsafeBytes(of: value.bigEndian) { Data($0) }
    }
}
