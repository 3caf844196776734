/// Something that a person must know of now. It stays on top until somebody acknowledges it, or until its cause ends.
package struct Alarm: Codable, Sendable, Hashable {
    /// The gravest first.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case criticalPastLimit = "critical-past-limit"
        case statUnscored = "stat-unscored"
        case diskLow = "disk-low"
        case receiverDown = "receiver-down"
        case messageSetAside = "message-set-aside"
        case scorerBehind = "scorer-behind"
        case dataConflict = "data-conflict"

        fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// The same for the same cause; fit for a URL.
    package var id: String
    package var kind: Kind
    package var text: String
    package var whatToDo: String
    package var since: Timestamp
    @Nullable package var acknowledgedBy: String?
    @Nullable package var acknowledgedAt: Timestamp?
    @Nullable package var studyInstanceUID: String?

    enum CodingKeys: String, CodingKey {
        case id, kind, text, since
        case whatToDo = "what_to_do"
        case acknowledgedBy = "acknowledged_by"
        case acknowledgedAt = "acknowledged_at"
        case studyInstanceUID = "study_instance_uid"
    }

    init(_ kind: Kind, _ cause: String, since: Timestamp, study: String? = nil, _ text: String, _ whatToDo: String) {
        id = cause.isEmpty ? kind.rawValue : "\(kind.rawValue).\(Self.plain(cause))"
        self.kind = kind
        self.text = text
        self.whatToDo = whatToDo
        self.since = since
        acknowledgedBy = nil
        acknowledgedAt = nil
        studyInstanceUID = study
    }

    /// An acknowledgement counts for what had begun by then: a cause that comes again is a new alarm.
    package mutating func acknowledge(by name: String, at moment: Timestamp) {
        guard moment >= since else { return }
        acknowledgedBy = name
        acknowledgedAt = moment
    }

    /// Letters, digits, dots and dashes as they are, every other byte as `_` and two hexadecimal digits.
    private static func plain(_ text: String) -> String {
        String(
            decoding: text.utf8.flatMap { byte -> [UInt8] in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                    UInt8(ascii: "-"):
                    return [byte]
                default:
                    let digits = Array("0123456789abcdef".utf8)
                    return [UInt8(ascii: "_"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }, as: UTF8.self)
    }
}

extension [Alarm] {
    /// What nobody has acknowledged first, then the gravest, then what has lasted longest.
    package var inOrder: [Alarm] {
        sorted { left, right in
            let (leftSeen, rightSeen) = (left.acknowledgedAt == nil ? 0 : 1, right.acknowledgedAt == nil ? 0 : 1)
            return (leftSeen, left.kind.rank, left.since, left.id) < (rightSeen, right.kind.rank, right.since, right.id)
        }
    }
}
