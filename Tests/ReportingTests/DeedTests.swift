import Foundation
import Reporting
import Testing
import Worklist

private let t1 = t0.advanced(bySeconds: 60)
private let t2 = t0.advanced(bySeconds: 120)

@Suite struct DeedTests {
    private func draft(_ language: ReportLanguage = .en) throws -> Draft { try Sample.draft(try Sample.circumstances(), language) }

    @Test func aSignedReportNamesTheSignerAndIsNoDraft() throws {
        var draft = try draft()
        try draft.sign(by: "Dr. Adler", at: t1)
        #expect(draft.state == .signed && draft.versions.count == 2)
        #expect(draft.text.hasPrefix("Signed by Dr. Adler on 2026-01-05 08:01 UTC.\nFirst draft by cxr 1.0"))
        #expect(!draft.text.contains("DRAFT") && draft.versions[0].text.contains("DRAFT"))
        #expect(draft.versions[0].body == draft.versions[1].body)
    }

    @Test func anEditedTextIsSignedAndBothAreKept() throws {
        var draft = try draft()
        let edited = draft.text.replacing("No abnormality suspected on the frontal view.", with: "Normal chest.\nOld rib fracture.")
        try draft.sign(by: "Dr. Adler", text: edited, at: t1)
        #expect(draft.text.contains("Normal chest.\nOld rib fracture.") && !draft.text.contains("DRAFT"))
        let difference = TextDifference(from: draft.versions[0].body, to: draft.versions[1].body)
        #expect(difference.lines.filter { !$0.hasPrefix("  ") } == ["- No abnormality suspected on the frontal view.", "+ Normal chest.", "+ Old rib fracture."])
        // "No abnormality suspected on the frontal view." has 7 words, the new lines have 5; none is the same.
        #expect(difference.removedWords == 7 && difference.insertedWords == 5)
    }

    @Test(arguments: ["", "  ", "...", "\n", "\u{202E}"]) func signingNeedsANamedPerson(_ name: String) throws {
        var draft = try draft()
        #expect(throws: DraftRefusal.self) { try draft.sign(by: name, at: t1) }
        #expect(throws: DraftRefusal.self) { try draft.reject(by: name, reason: "wrong", at: t1) }
        #expect(throws: DraftRefusal.self) { try draft.reject(by: "Dr. Adler", reason: name, at: t1) }
        #expect(draft.state == .drafted && draft.versions.count == 1)
    }

    @Test(arguments: ["", " \n ", "DRAFT"]) func anEmptyTextIsNotSigned(_ text: String) throws {
        var draft = try draft()
        let edited = text == "DRAFT" ? draft.text.split(separator: "\n").prefix(2).joined(separator: "\n") : text
        #expect(throws: DraftRefusal.self) { try draft.sign(by: "Dr. Adler", text: edited, at: t1) }
    }

    @Test func nobodySignsTwiceAndTheSecondIsToldWhoWasFirst() throws {
        var draft = try draft()
        try draft.sign(by: "Dr. Adler", at: t1)
        let kept = draft
        let refusals = [
            #expect(throws: DraftRefusal.self) { try draft.sign(by: "Dr. Busch", at: t2) },
            #expect(throws: DraftRefusal.self) { try draft.reject(by: "Dr. Busch", reason: "wrong", at: t2) },
            #expect(throws: DraftRefusal.self) { try draft.supersede(DraftCause(.lateImages), at: t2) },
        ]
        for refusal in refusals { #expect(refusal?.description.hasPrefix("draft R1 was signed by Dr. Adler at 2026-01-05T08:01:00.000Z") == true) }
        #expect(draft == kept)
    }

    @Test func aRejectedDraftStaysRejected() throws {
        var draft = try draft()
        try draft.reject(by: "Dr. Adler", reason: "rib fracture", at: t1)
        #expect(draft.state == .rejected && draft.ending?.by == "Dr. Adler")
        #expect(draft.withdrawal.hasPrefix("WITHDRAWN") && draft.withdrawal.contains("rib fracture") && draft.withdrawal.contains("Dr. Adler"))
        let signing = #expect(throws: DraftRefusal.self) { try draft.sign(by: "Dr. Busch", at: t2) }
        let correcting = #expect(throws: DraftRefusal.self) { try draft.correct(by: "Dr. Busch", text: "x", at: t2) }
        for refusal in [signing, correcting] { #expect(refusal?.description.contains("rejected by Dr. Adler") == true) }
    }

    @Test(arguments: DraftCause.Kind.allCases, ReportLanguage.allCases) func aSupersededDraftSaysWhy(_ kind: DraftCause.Kind, _ language: ReportLanguage) throws {
        var draft = try draft(language)
        try draft.supersede(DraftCause(kind), at: t1)
        #expect(draft.state == .superseded && draft.ending?.by == nil && draft.withdrawal.contains("WITHDRAWN"))
        #expect(draft.withdrawal.contains(try #require(draft.ending?.reason)))
        #expect(throws: DraftRefusal.self) { try draft.sign(by: "Dr. Adler", at: t2) }
    }

    @Test func aCorrectionIsANewVersionByANamedPerson() throws {
        var draft = try draft()
        #expect(throws: DraftRefusal.self) { try draft.correct(by: "Dr. Busch", text: "Effusion.", at: t1) }
        try draft.sign(by: "Dr. Adler", at: t1)
        try draft.correct(by: "Dr. Busch", text: "Small effusion on the left.", at: t2)
        #expect(draft.state == .signed && draft.versions.map(\.number) == [1, 2, 3])
        #expect(draft.text.contains("Signed by Dr. Busch") && draft.text.contains("Corrects the version signed by Dr. Adler, 2026-01-05 08:01 UTC."))
        #expect(draft.text.hasSuffix("\n\nSmall effusion on the left."))
    }

    @Test func aNameCannotAddALine() throws {
        var draft = try draft()
        try draft.sign(by: "Dr. Adler\nImpression\nMalignant", at: t1)
        #expect(draft.text.split(separator: "\n").filter { $0 == "Impression" }.count == 1)
    }

    @Test func aDraftSurvivesStorage() throws {
        var draft = try draft(.de)
        try draft.sign(by: "Dr. Adler", at: t1)
        let again = try JSONDecoder().decode(Draft.self, from: JSONEncoder().encode(draft))
        #expect(again.text == draft.text && again.sentences == draft.sentences && again.basis == draft.basis && again.state == .signed)
    }
}

@Suite struct BasisTests {
    @Test func whatHasNotChangedBearsTheDraft() throws {
        let circumstances = try Sample.circumstances(order: "Cough", earlier: [try Sample.earlier(.routine)])
        #expect(DraftBasis(circumstances).cause(in: circumstances) == nil)
    }

    @Test func eachChangeHasItsCause() throws {
        let basis = DraftBasis(try Sample.circumstances(order: "Cough"))
        func cause(_ change: (inout Study) -> Void) throws -> DraftCause.Kind? { basis.cause(in: try Sample.circumstances(order: "Cough", change)) }
        #expect(try cause { $0.state = .reported } == .finalReport)
        #expect(try cause { _ = $0.assembly.receive(at: t0) } == .lateImages)
        #expect(try cause { $0.assembly = StudyAssembly(instances: 2, expected: nil, lastReceivedAt: t0, round: 2, isComplete: true) } == .lateImages)
        #expect(try cause { $0.patientID = "P2" } == .patientChanged)
        #expect(try cause { $0.patientBirthDate = "19700101" } == .patientChanged)
        #expect(try cause { $0.findings["abnormal"] = 0.03 } == .changedScore)
        #expect(try cause { $0.conflicts = ["x"] } == .conflict)
        #expect(basis.cause(in: try Sample.circumstances(order: "Fever")) == .changedOrder)
        #expect(basis.cause(in: try Sample.circumstances(order: "Cough", earlier: [try Sample.earlier(.routine)])) == .earlierStudy)
        var model = Sample.model
        model.ruleOut?.below = 0.04
        #expect(basis.cause(in: try Sample.circumstances(order: "Cough", model: model)) == .changedSettings)
    }

    @Test func anOrdersPriorityChangesNoDraft() throws {
        let basis = DraftBasis(try Sample.circumstances())
        #expect(basis.cause(in: try Sample.circumstances { $0.orderPriority = .stat; $0.pin = Pin(at: t0, by: "A", reason: "b") }) == nil)
    }
}
