internal import Crypto
package import Worklist

/// The UIDs of what FirstRead sends: derived from what they name, so that the same result has the same UID however often it is made.
///
///     ResultUID.series(.measurements, of: study, by: "FIRSTREAD")     // 2.25.…, the same on every machine
///
/// A UID under 2.25 is a UUID (PS3.5 section B.2); these are name-based ones of version 5 (RFC 9562 section 5.5) in the name space of
/// FirstRead's own Implementation Class UID. Whoever knows study and AE title can tell FirstRead's series from any other.
package enum ResultUID {
    /// 2.25.336584394847512241891256255892364193404
    private static let nameSpace: UInt128 = 336_584_394_847_512_241_891_256_255_892_364_193_404

    package static func series(_ kind: ResultKind, of study: UID, by aeTitle: String) -> UID {
        derived("series", aeTitle, study.text, kind.rawValue)
    }

    /// `at`, for a data folder that was lost begins to count anew, and its objects are others.
    package static func instance(_ kind: ResultKind, version: Int, of study: UID, by aeTitle: String, at moment: Timestamp) -> UID {
        derived("instance", aeTitle, study.text, kind.rawValue, String(version), String(moment.microseconds))
    }

    /// The same finding of a study keeps it over all versions (Tracking Unique Identifier, TID 1501).
    package static func tracking(_ label: String, of study: UID, by aeTitle: String) -> UID {
        derived("tracking", aeTitle, study.text, label)
    }

    /// Device Observer UID (TID 1004).
    package static func device(_ aeTitle: String) -> UID { derived("device", aeTitle) }

    /// Whether a series is one that FirstRead sends under this title.
    package static func isSeries(_ series: UID, of study: UID, by aeTitle: String) -> Bool {
        ResultKind.allCases.contains { Self.series($0, of: study, by: aeTitle) == series }
    }

    private static func derived(_ parts: String...) -> UID {
        var hash = Insecure.SHA1()
        withUnsafeBytes(of: nameSpace.bigEndian) { hash.update(bufferPointer: $0) }
        // No part holds a line feed.
        hash.update(data: Array(parts.joined(separator: "\n").utf8))
        var number = hash.finalize().prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        number = number & ~(0xF << 76) | 5 << 76
        number = number & ~(0b11 << 62) | 0b10 << 62
        guard let uid = UID("2.25.\(number)") else { preconditionFailure("2.25 and 39 digits are a UID") }
        return uid
    }
}

/// What FirstRead sends to a PACS as DICOM objects; each kind has a series of its own in the study it is about.
package enum ResultKind: String, Sendable, CaseIterable {
    /// The figures: a measurement report (TID 1500).
    case measurements
    /// The text: a Basic Text SR (TID 2000).
    case report

    /// Series Number (0020,0011), behind those that modalities count.
    var seriesNumber: Int {
        switch self {
        case .measurements: 9901
        case .report: 9902
        }
    }

    package var sopClassUID: String {
        switch self {
        case .measurements: "1.2.840.10008.5.1.4.1.1.88.22"
        case .report: "1.2.840.10008.5.1.4.1.1.88.11"
        }
    }
}
