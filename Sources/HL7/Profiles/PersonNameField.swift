/// Names of persons between DICOM (PS3.5, 6.2.1) and HL7 (XPN, v2.5.1, 2.A.88).
enum PersonNameField {
    /// DICOM's groups (alphabetic, ideographic, phonetic) become repetitions with their representation code in XPN-8.
    ///
    ///     repetitions("Yamada^Tarou=山田^太郎")    // Yamada^Tarou^^^^^L^A ~ 山田^太郎^^^^^L^I
    static func repetitions(_ name: String) -> [[String]] {
        let groups = name.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false)
        return zip(groups, ["A", "I", "P"]).compactMap { group, code in
            guard group.contains(where: { $0 != "^" && $0 != " " }) else { return nil }
            var parts = group.split(separator: "^", omittingEmptySubsequences: false).map { $0.trimmingSpaces }
            while parts.count < 5 { parts.append("") }
            // Prefix and suffix change places; a sixth component is no part of either standard and stays with the suffix.
            let suffix = parts[4...].filter { !$0.isEmpty }.joined(separator: " ")
            let name = [parts[0], parts[1], parts[2], suffix, parts[3], "", "L"]
            return groups.count == 1 ? name : name + [code]
        }
    }

    /// PID-5 as DICOM writes it; groups by their representation codes, or as they come.
    static func dicom(_ segment: Segment, field: Int) -> String {
        var groups = ["", "", ""]
        for repetition in 1...max(1, min(3, segment.repetitions(field))) {
            func part(_ component: Int) -> String { segment.text(field, component: component, repetition: repetition).trimmingSpaces }
            var parts = [part(1), part(2), part(3), part(5), part(4)]
            while let last = parts.last, last.isEmpty { parts.removeLast() }
            let place = ["A": 0, "I": 1, "P": 2][part(8)] ?? repetition - 1
            if groups[place].isEmpty { groups[place] = parts.joined(separator: "^") }
        }
        while let last = groups.last, last.isEmpty { groups.removeLast() }
        return groups.joined(separator: "=")
    }

    /// A person with an identifier (XCN, 2.A.86), as DICOM writes names; the identifier where there is no name.
    static func person(_ segment: Segment, field: Int) -> String? {
        func part(_ component: Int) -> String { segment.text(field, component: component).trimmingSpaces }
        return name([part(2), part(3), part(4), part(6), part(5)]) ?? part(1).nonEmpty
    }

    /// The person of an NDL (2.A.47), whose first component is a CNN of subcomponents; senders that write an XCN there are read as such.
    static func interpreter(_ segment: Segment, field: Int) -> String? {
        func part(_ subcomponent: Int) -> String { segment.text(field, subcomponent: subcomponent).trimmingSpaces }
        return name([part(2), part(3), part(4), part(6), part(5)]) ?? person(segment, field: field)
    }

    private static func name(_ parts: [String]) -> String? {
        var parts = parts
        while let last = parts.last, last.isEmpty { parts.removeLast() }
        return parts.joined(separator: "^").nonEmpty
    }
}

extension StringProtocol {
    fileprivate var trimmingSpaces: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
