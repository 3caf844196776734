/// A DICOM person name (VR PN, PS3.5 section 6.2) in words.
///
///     PersonName.display("Yamada^Tarou=山田^太郎=やまだ^たろう")   // "Yamada Tarou (山田 太郎)"
///     PersonName.display("")                                   // "(no name)"
///
/// "=" divides the alphabetic, the ideographic and the phonetic group, "^" the components of each: family name, given name,
/// middle name, prefix, suffix. The phonetic group is shown only where it stands alone.
package enum PersonName {
    package static func display(_ value: String) -> String {
        let groups = value.split(separator: "=", omittingEmptySubsequences: false).map(words)
        let alphabetic = groups.first ?? ""
        let ideographic = groups.dropFirst().first ?? ""
        if !alphabetic.isEmpty, !ideographic.isEmpty, alphabetic != ideographic { return "\(alphabetic) (\(ideographic))" }
        return groups.first { !$0.isEmpty } ?? "(no name)"
    }

    private static func words(_ group: some StringProtocol) -> String {
        group.split { $0 == "^" || $0 == " " }.joined(separator: " ")
    }
}
