import Foundation
import Reporting
import Testing
import Worklist

@Suite struct TextTests {
    private func lines(_ text: String) -> [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    private let headings: [ReportLanguage: [String]] = [
        .en: ["Examination", "Clinical information", "Technique", "Comparison", "Findings", "Impression"],
        .de: ["Untersuchung", "Klinische Angaben", "Technik", "Vergleich", "Befund", "Beurteilung"],
    ]

    @Test(arguments: ReportLanguage.allCases) func theUsualSectionsComeInTheUsualOrder(_ language: ReportLanguage) throws {
        let draft = try Sample.draft(try Sample.circumstances(order: "Cough"), language)
        #expect(lines(draft.text).filter { (headings[language] ?? []).contains($0) } == headings[language])
    }

    @Test(arguments: ReportLanguage.allCases) func theFirstLineSaysThatItIsADraftByWhatModel(_ language: ReportLanguage) throws {
        let first = try #require(lines(try Sample.draft(try Sample.circumstances(), language).text).first)
        #expect(first.contains("DRAFT") && first.contains("cxr 1.0"))
        #expect(first.contains(language == .en ? "not signed" : "nicht unterschrieben"))
    }

    /// 1 − 0.982 = 1.8 % of abnormal films at most.
    @Test func theMissBoundStandsInTheDraft() throws {
        let english = try Sample.draft(try Sample.circumstances()).text
        #expect(english.contains("99.1 %") && english.contains("98.2 % to 99.6 %") && english.contains("up to 1.8 % of abnormal films") && english.contains("1234") && english.contains("validation split"))
        let german = try Sample.draft(try Sample.circumstances(), .de).text
        #expect(german.contains("98,2 % bis 99,6 %") && german.contains("1,8 %"))
    }

    @Test func aBoundIsNeverRoundedToWhatItDoesNotPromise() throws {
        var model = Sample.model
        model.ruleOut?.sensitivity = DraftingModel.Sensitivity(observed: 0.99, low: 0.98249, high: 0.999, abnormal: 100, films: "x")
        let text = try Sample.draft(try Sample.circumstances(model: model)).text
        #expect(text.contains("98.2 % to 99.9 %") && text.contains("up to 1.8 %"))
        model.ruleOut?.sensitivity?.low = 0.98161
        #expect(try Sample.draft(try Sample.circumstances(model: model)).text.contains("up to 1.9 %"))
    }

    @Test func aProbabilityIsNeverCalledZero() throws {
        #expect(try Sample.draft(try Sample.circumstances { $0.findings["abnormal"] = 1e-9 }).text.contains("abnormal film is <0.001, below the rule-out threshold of 0.050."))
    }

    @Test(arguments: ReportLanguage.allCases) func everySentenceRestsOnSomething(_ language: ReportLanguage) throws {
        let draft = try Sample.draft(try Sample.circumstances(order: "pneumonia?", earlier: [try Sample.earlier(.routine)]), language)
        #expect(draft.sentences.count >= 10)
        for sentence in draft.sentences { #expect(!sentence.sources.isEmpty, "\(sentence.text)") }
    }

    @Test func aSentenceNamesFieldFigureThresholdOrStudy() throws {
        let draft = try Sample.draft(try Sample.circumstances(order: "pneumonia?", earlier: [try Sample.earlier(.routine)]))
        func sources(_ words: String) -> String {
            draft.sentences.filter { $0.text.contains(words) }.flatMap(\.sources).map(\.description).joined(separator: "; ")
        }
        #expect(sources("As the order states") == "order: reason for study (OBR-31), accession number A17")
        #expect(sources("No abnormality was flagged") == "model: abnormal 0.021, rule-out threshold 0.050, cxr 1.0")
        #expect(sources("2025-12-01") == "earlier-study: study 1.2.840.99.0")
        #expect(sources("Highest single figure") == "model: effusion 0.02, cxr 1.0")
        #expect(sources("1 image").contains("header: ViewPosition (0018,5101)"))
    }

    @Test func withoutOrderOrEarlierStudyItSaysSo() throws {
        let draft = try Sample.draft(try Sample.circumstances())
        #expect(draft.text.contains("None came with the order.") && draft.text.contains("No earlier study of this patient is known"))
    }

    @Test(arguments: [
        "Cough\nImpression\nfree text", "Cough\r\n\r\nImpression\r\nfree text", "Cough\u{2028}Impression\u{2029}free text", "Cough\u{85}Impression\u{0B}free text",
        "Cough\u{202E}Impression", "Cough {{model}} {{#probability}}x{{/probability}} {{{threshold}}} {{>signed}}", "Cough\" Impression \"x", "Cough“ Impression „x", "Cough <b>&amp;</b>",
    ]) func textOfTheOrderCannotPretendToBeAnythingElse(_ reason: String) throws {
        // The decision is not the matter here: such a reason is full of words that the terms don't know.
        var circumstances = try Sample.circumstances()
        let grounds = try #require(Sample.grounds(circumstances))
        circumstances.study.reasonForStudy = reason
        let draft = Draft(id: "R1", circumstances, grounds, try ReportTemplates(language: .en), at: t0)
        #expect(lines(draft.text).filter { $0 == "Impression" }.count == 1)
        let stated = try #require(lines(draft.text).first { $0.hasPrefix("As the order states") })
        #expect(stated.filter { $0 == "\"" }.count == 2 && stated.hasSuffix("\"."))
        #expect(!draft.text.unicodeScalars.contains { $0.properties.generalCategory == .format || ($0.properties.generalCategory == .control && $0 != "\n") })
        if reason.contains("{{") { #expect(stated.contains("{{model}} {{#probability}}x{{/probability}}")) }
        if reason.contains("<b>") { #expect(stated.contains("<b>&amp;</b>")) }
    }

    @Test func aNovelInAnOrderIsCut() throws {
        var circumstances = try Sample.circumstances()
        let grounds = try #require(Sample.grounds(circumstances))
        circumstances.study.reasonForStudy = String(repeating: "cough ", count: 10_000)
        #expect(Draft(id: "R1", circumstances, grounds, try ReportTemplates(language: .en), at: t0).text.count < 3000)
    }
}

@Suite struct TemplateTests {
    private static func shipped() throws -> String {
        try String(contentsOfFile: #filePath.replacingOccurrences(of: "Tests/ReportingTests/TextTests.swift", with: "Sources/Reporting/normal.en.mustache"), encoding: .utf8)
    }

    private func templates(_ change: (String) -> String) throws -> ReportTemplates {
        let folder = try TemporaryFolder()
        try folder.write(change(try Self.shipped()), as: "normal.en.mustache")
        return try ReportTemplates(language: .en, folder: folder.path)
    }

    @Test func aDepartmentChangesTheWords() throws {
        let templates = try templates { $0.replacing("None came with the order.", with: "Nobody told us why.").replacing("[findings] Findings", with: "[findings] What we saw") }
        let circumstances = try Sample.circumstances()
        let draft = Draft(id: "R1", circumstances, try #require(Sample.grounds(circumstances)), templates, at: t0)
        #expect(draft.text.contains("Nobody told us why.") && draft.text.contains("\nWhat we saw\n"))
    }

    @Test(arguments: [
        ("[impression] Impression", "[impression] Impression\nThe heart is not enlarged.", "rest on nothing"),
        ("{{probability}}, below", "{{probabilty}}, below", "names no fact"),
        ("{{probability}}, below", "{{> other}}, below", "names no fact"),
        ("DRAFT, not signed.", "Report.", "DRAFT"),
        ("{{sensitivity_low}}", "98", "{{sensitivity_low}}"),
        ("{{cause}}", "", "{{cause}}"),
        ("WITHDRAWN", "gone", "WITHDRAWN"),
        ("[technique] Technique", "[tecnique] Technique", "is no part"),
        ("[technique] Technique", "", "[technique]"),
        ("{{/reason}}{{^reason}}", "{{^reason}}", "no mustache template"),
        ("{{view}}.", "{{view", "not closed"),
    ]) func aTemplateThatWouldSayTooMuchOrTooLittleIsRefused(_ old: String, _ new: String, _ word: String) throws {
        let error = #expect(throws: ReportingError.self) { try templates { $0.replacing(old, with: new) } }
        #expect(error?.description.contains(word) == true && error?.description.contains("normal.en.mustache") == true, "\(error?.description ?? "")")
    }

    @Test func aFolderWithoutTemplatesIsRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: ReportingError.self) { try ReportTemplates(language: .de, folder: folder.path) }
        #expect(throws: ReportingError.self) { try ReportTemplates(language: .de, folder: folder.path + "/nowhere") }
    }
}
