package import Worklist

/// A report in words, as a Basic Text SR (PS3.3 section A.35.1) with the content of TID 2000.
///
///     let draft = TextReport(title: "Chest X-ray", sections: [.init("Findings", "No focal opacity.")], state: .draft, language: .english)
///     let object = try draft.encoded(version, of: context)
///
/// | state | Completion Flag | Verification Flag | Preliminary Flag | observers |
/// |---|---|---|---|---|
/// | draft | PARTIAL | UNVERIFIED | PRELIMINARY | the device |
/// | signed | COMPLETE | VERIFIED, by whom and when | FINAL | the person, and the device |
/// | withdrawn | PARTIAL | UNVERIFIED | PRELIMINARY | the device |
package struct TextReport: Hashable, Sendable {
    package struct Section: Hashable, Sendable {
        package var heading: String
        package var text: String

        package init(_ heading: String, _ text: String) {
            self.heading = heading
            self.text = text
        }
    }

    package enum State: Hashable, Sendable {
        case draft
        /// `organization` is that of the person who signed; empty: the institution of the images.
        case signed(by: String, organization: String, at: Timestamp)
        /// Nothing that it said before stands; the sections say why, and no longer what.
        case withdrawn
    }

    package var title: String
    package var sections: [Section]
    package var state: State
    package var language: ReportLanguage

    package init(title: String, sections: [Section], state: State, language: ReportLanguage) {
        self.title = title
        self.sections = sections
        self.state = state
        self.language = language
    }

    /// (18748-4, LN): of PS3.16 CID 7000 the title that fits every modality. 18782-3, "X-Ray Report" once, is no longer in it.
    package static let documentTitle = Code(value: "18748-4", scheme: "LN", meaning: "Diagnostic Imaging Report")

    package func encoded(_ version: ResultVersion, of context: ResultContext) throws(DICOMError) -> ResultObject {
        let report = try ReportWriter(.report, title: Self.documentTitle, language: language)
        let reference = try report.describe(.report, version, of: context, description: seriesDescription, preliminary: isPreliminary)
        switch state {
        case .draft, .withdrawn:
            try report.set(Self.completionFlagDescription, String(notice.prefix(64)))
            try report.addDevice(context.equipment)
            try report.addSection(Self.status.heading, Self.status.element, notice)
        case .signed(let name, let organization, let moment):
            let signer = Self.personName(name)
            let place = [organization, context.institutionName].first { !$0.isEmpty } ?? Self.noOrganization
            // DCMTK puts what is added later first.
            try report.addDevice(context.equipment)
            try report.addPerson(signer, organization: place)
            try report.complete()
            try report.verify(
                by: signer, organization: String(place.prefix(64)), at: ResultDate(moment, in: context.equipment.timeZone).dateTime)
        }
        for section in sections {
            let coded = ReportHeading(section.heading)
            try report.addSection(coded.heading, coded.element, section.text.isEmpty ? "-" : section.text)
        }
        return ResultObject(
            kind: .report, reference: reference, version: version.number, file: try report.encode(source: context.equipment.aeTitle))
    }

    private var isPreliminary: Bool {
        if case .signed = state { return false }
        return true
    }

    /// What a viewer shows beside the series.
    private var seriesDescription: String {
        switch state {
        case .draft: "DRAFT, not signed: \(title)"
        case .signed: title
        case .withdrawn: "WITHDRAWN: \(title)"
        }
    }

    private var notice: String {
        switch (state, language) {
        case (.draft, .english): "DRAFT – not signed"
        case (.draft, .german): "DRAFT – not signed (ENTWURF – nicht unterschrieben)"
        case (.withdrawn, .english): "WITHDRAWN – this report is no longer valid"
        case (.withdrawn, .german): "WITHDRAWN – zurückgezogen, nicht mehr gültig"
        case (.signed, _): ""
        }
    }

    private static let completionFlagDescription: UInt32 = 0x0040_A492
    private static let status = ReportHeading("Status")
    /// Verifying Organization (0040,A027) may not be empty.
    private static let noOrganization = "not stated"

    /// A name as it was typed, as the family name of a PN, whose delimiters it may not have; one that is a PN already stays as it is.
    private static func personName(_ name: String) -> String {
        let bare = name.replacing("\\", with: " ")
        return String((bare.contains("^") ? bare : bare.replacing("=", with: " ")).prefix(64))
    }
}
