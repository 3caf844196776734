import DICOM
import Foundation
import Testing
import Worklist

/// The documents, as DCMTK's `dsrdump` and `dcmdump` read them.
@Suite struct ReportTests {
    private static let at = Timestamp(rfc3339: "2026-01-05T08:15:00Z")!
    private static let image = ObjectReference(
        study: UID("1.2.3")!, series: "1.2.3.1", sopClassUID: Part10.computedRadiography, sopInstanceUID: "1.2.3.1.1")

    private static var context: ResultContext {
        var study = Study(studyInstanceUID: UID("1.2.3")!, receivedAt: at)
        study.patientName = "Müller^Jörg=山田^太郎"
        study.patientID = "P7"
        study.issuerOfPatientID = "CLINIC"
        study.patientBirthDate = "19580312"
        study.patientSex = "M"
        study.studyDate = "20260105"
        study.studyTime = "081000"
        study.studyID = "S1"
        study.accessionNumber = "A7"
        study.requestedProcedureID = "RP7"
        study.studyDescription = "Chest PA"
        study.modality = "CR"
        var context = ResultContext(
            study: study, evidence: [image],
            equipment: ResultEquipment(aeTitle: "FIRSTREAD", softwareVersion: "1.2", timeZone: TimeZone(secondsFromGMT: 3600)!))
        context.institutionName = "Klinik am Berg"
        context.referringPhysicianName = "Adler^Anna"
        return context
    }

    private static let first = ResultVersion(number: 1, predecessor: nil, at: at)

    private func dump(_ object: ResultObject, _ tool: String = "dsrdump", _ options: [String] = ["+Pc", "+Pl"]) async throws -> String {
        let folder = try TemporaryFolder()
        let file = try folder.write(object.file, to: "report.dcm")
        let result = try await peer(tool, options + [file])
        #expect(result.status == 0, "\(result.output)")
        return result.output
    }

    private func text(_ state: TextReport.State, language: ReportLanguage = .english) -> TextReport {
        TextReport(
            title: "Chest X-ray", sections: [.init("Findings", "No focal opacity.\nHeart of normal size."), .init("Technique", "PA")],
            state: state, language: language)
    }

    @Test func aDraftIsPartialUnverifiedAndSaysSo() async throws {
        try DCMTK.start(log: quiet)
        let draft = try text(.draft).encoded(Self.first, of: Self.context)
        let attributes = try await dump(draft, "dcmdump", ["-q", "+L"])
        for line in [
            "(0008,0005) CS [ISO_IR 192]", "(0008,0016) UI =BasicTextSRStorage", "(0040,a491) CS [PARTIAL]", "(0040,a493) CS [UNVERIFIED]",
            "(0040,a496) CS [PRELIMINARY]", "(0040,a492) LO [DRAFT – not signed]", "(0008,103e) LO [DRAFT, not signed: Chest X-ray]",
        ] { #expect(attributes.contains(line), "\(line)\n\(attributes)") }
        #expect(!attributes.contains("(0040,a073)"), "no verifying observer")
        let content = try await dump(draft)
        #expect(content.contains("CONTAINER:(18748-4,LN,\"Diagnostic Imaging Report\")"), "\(content)")
        #expect(content.contains("\"DRAFT – not signed\""))
        #expect(content.contains("(121007,DCM,\"Device\")") && !content.contains("(121006,DCM,\"Person\")"))
        #expect(content.contains("CONTAINER:(59776-5,LN,\"Findings\")"))
        #expect(content.contains("TEXT:(121071,DCM,\"Finding\")=\"No focal opacity.\\nHeart of normal size.\""), "\(content)")
        #expect(content.contains("CONTAINER:(TECHNIQUE,99FIRSTREAD,\"Technique\")"))
    }

    @Test func aSignedReportIsCompleteAndVerifiedByItsSigner() async throws {
        try DCMTK.start(log: quiet)
        let signed = try text(.signed(by: "Adler^Anna", organization: "", at: Self.at)).encoded(Self.first, of: Self.context)
        let attributes = try await dump(signed, "dcmdump", ["-q", "+L"])
        for line in [
            "(0040,a491) CS [COMPLETE]", "(0040,a493) CS [VERIFIED]", "(0040,a496) CS [FINAL]", "(0040,a027) LO [Klinik am Berg]",
            "(0040,a075) PN [Adler^Anna]", "(0040,a030) DT [20260105091500.000000+0100]",
        ] { #expect(attributes.contains(line), "\(line)\n\(attributes)") }
        #expect(!attributes.contains("DRAFT"))
        let content = try await dump(signed)
        #expect(content.contains("PNAME:(121008,DCM,\"Person Observer Name\")=\"Adler^Anna\""))
    }

    @Test func aWithdrawnReportStandsForNothing() async throws {
        try DCMTK.start(log: quiet)
        var withdrawn = text(.withdrawn, language: .german)
        withdrawn.sections = [.init("Grund", "Spätere Aufnahmen zeigen einen Erguss.")]
        let object = try withdrawn.encoded(Self.first, of: Self.context)
        let attributes = try await dump(object, "dcmdump", ["-q", "+L"])
        #expect(attributes.contains("(0040,a491) CS [PARTIAL]") && attributes.contains("(0040,a493) CS [UNVERIFIED]"))
        let content = try await dump(object)
        #expect(content.contains("WITHDRAWN – zurückgezogen, nicht mehr gültig"), "\(content)")
        #expect(content.contains("(de,RFC5646,\"German\")"))
    }

    @Test func aSuccessorNamesItsPredecessorInTheSameSeries() async throws {
        try DCMTK.start(log: quiet)
        let first = try text(.draft).encoded(Self.first, of: Self.context)
        let later = Self.at.advanced(bySeconds: 60)
        let second = try text(.withdrawn).encoded(ResultVersion(number: 2, predecessor: first.reference, at: later), of: Self.context)
        #expect(second.reference.series == first.reference.series)
        #expect(second.reference.sopInstanceUID != first.reference.sopInstanceUID)
        let attributes = try await dump(second, "dcmdump", ["-q", "+L", "+P", "0040,a360", "+P", "0008,1155", "+P", "0020,0013"])
        #expect(attributes.contains("(0040,a360)") && attributes.contains(first.reference.sopInstanceUID), "\(attributes)")
        #expect(attributes.contains("(0020,0013) IS [2]"))
    }

    @Test func patientStudyAndOrderAreThoseOfTheImages() async throws {
        try DCMTK.start(log: quiet)
        let draft = try text(.draft).encoded(Self.first, of: Self.context)
        let attributes = try await dump(draft, "dcmdump", ["-q", "+L"])
        for line in [
            "(0010,0010) PN [Müller^Jörg=山田^太郎]", "(0010,0020) LO [P7]", "(0010,0021) LO [CLINIC]", "(0010,0030) DA [19580312]",
            "(0010,0040) CS [M]", "(0008,0020) DA [20260105]", "(0008,0030) TM [081000]", "(0020,0010) SH [S1]", "(0008,0050) SH [A7]",
            "(0020,000d) UI [1.2.3]", "(0008,0090) PN [Adler^Anna]", "(0008,0080) LO [Klinik am Berg]", "(0008,1030) LO [Chest PA]",
            "(0040,1001) SH [RP7]", "(0008,0070) LO [FirstRead]", "(0018,1020) LO [1.2]", "(0008,0023) DA [20260105]",
            "(0008,0033) TM [091500.000000]",
        ] { #expect(attributes.contains(line), "\(line)\n\(attributes)") }
        // Current Requested Procedure Evidence Sequence.
        #expect(attributes.contains("(0040,a375)") && attributes.contains("(0008,1155) UI [1.2.3.1.1]"))
    }

    /// dicom3tools' validator; which warnings stand: docs/dicom.md.
    @Test func noStateOfAReportBreaksTheStandard() async throws {
        try DCMTK.start(log: quiet)
        let signed = TextReport.State.signed(by: "Adler^Anna", organization: "", at: Self.at)
        let first = try text(.draft).encoded(Self.first, of: Self.context)
        var objects = [first, try measured(calibrated: true).encoded(Self.first, of: Self.context)]
        for state in [signed, .withdrawn] {
            let version = ResultVersion(number: 2, predecessor: first.reference, at: Self.at)
            objects.append(try text(state, language: .german).encoded(version, of: Self.context))
        }
        for object in objects {
            let folder = try TemporaryFolder()
            let verdict = try await peer("dciodvfy", [try folder.write(object.file, to: "report.dcm")])
            #expect(verdict.output.contains(object.kind == .report ? "BasicTextSR" : "EnhancedSR"), "\(verdict.output)")
            #expect(!verdict.output.contains("Error"), "\(verdict.output)")
        }
    }

    @Test func theSameReportIsTheSameBytes() throws {
        try DCMTK.start(log: quiet)
        let drafts = try (0..<2).map { _ in try text(.draft).encoded(Self.first, of: Self.context) }
        #expect(drafts[0] == drafts[1])
        let figures = try (0..<2).map { _ in try measured(calibrated: true).encoded(Self.first, of: Self.context) }
        #expect(figures[0] == figures[1])
    }

    private func measured(calibrated: Bool) -> MeasurementReport {
        MeasurementReport(
            model: ModelReference(name: "cxr", version: "0.1", sha256: "abc123", isCalibrated: calibrated),
            findings: [
                .init(label: "effusion", value: 0.8625, image: Self.image), .init(label: "pneumonia", value: 0.00001, image: Self.image),
                .init(label: "rib_notching", value: 0.5, image: Self.image),
            ],
            category: .urgent)
    }

    @Test func eachFindingIsAGroupWithItsCodeItsCertaintyAndItsImage() async throws {
        try DCMTK.start(log: quiet)
        let object = try measured(calibrated: true).encoded(Self.first, of: Self.context)
        let content = try await dump(object)
        for item in [
            "Enhanced SR Document", "CONTAINER:(126000,DCM,\"Imaging Measurement Report\")", "(121058,DCM,\"Procedure reported\")=(43468-8,LN,",
            "(111001,DCM,\"Algorithm Name\")=\"cxr\"", "(111003,DCM,\"Algorithm Version\")=\"0.1\"",
            "(111002,DCM,\"Algorithm Parameters\")=\"weights sha256=abc123\"", "(112039,DCM,\"Tracking Identifier\")=\"effusion\"",
            "(121071,DCM,\"Finding\")=(60046008,SCT,\"Pleural effusion\")", "(121071,DCM,\"Finding\")=(233604007,SCT,\"Pneumonia\")",
            "(121071,DCM,\"Finding\")=(RIB_NOTCHING,99FIRSTREAD,\"rib notching\")",
            "NUM:(111012,DCM,\"Certainty of Finding\")=\"86.25\" (%,UCUM,\"Percent\")",
            "NUM:(111012,DCM,\"Certainty of Finding\")=\"0.001\" (%,UCUM,\"Percent\")", "(121112,DCM,\"Source of Measurement\")=(CR image,",
            "=\"urgent\"", "Machine output – not signed",
        ] { #expect(content.contains(item), "\(item)\n\(content)") }
        let order = content.ranges(of: "Tracking Identifier\")=").map { String(content[$0.upperBound...].prefix(9)) }
        #expect(order == ["\"effusion", "\"rib_notc", "\"pneumoni"], "the surest first")
        let attributes = try await dump(object, "dcmdump", ["-q", "+L"])
        #expect(attributes.contains("(0040,a491) CS [COMPLETE]") && attributes.contains("(0040,a493) CS [UNVERIFIED]"))
        #expect(attributes.contains("(0040,a496) CS [PRELIMINARY]"))
    }

    @Test func aScoreThatIsNotCalibratedIsNotCalledACertainty() async throws {
        try DCMTK.start(log: quiet)
        let content = try await dump(try measured(calibrated: false).encoded(Self.first, of: Self.context))
        #expect(content.contains("NUM:(SCORE,99FIRSTREAD,\"Model score, not calibrated\")=\"0.8625\" (1,UCUM,\"no units\")"), "\(content)")
        #expect(!content.contains("Certainty of Finding"))
    }

    @Test(arguments: [
        ("abnormal", "263654008", "SCT"), ("pneumothorax", "36118008", "SCT"), ("Cardiomegaly", "8186001", "SCT"), ("edema", "19242006", "SCT"),
        ("atelectasis", "46621007", "SCT"), ("consolidation", "95436008", "SCT"), ("nodule", "27925004", "SCT"), ("mass", "4147007", "SCT"),
        ("infiltration", "112121", "DCM"), ("Pleural_Effusion", "60046008", "SCT"), ("anything else", "ANYTHING_ELSE", "99FIRSTREAD"),
        ("ein sehr langer Name eines Befundes", "EIN_SEHR_LANGER", "99FIRSTREAD"), ("§", "OTHER", "99FIRSTREAD"),
    ])
    func aLabelHasACode(_ label: String, _ value: String, _ scheme: String) {
        let code = FindingCode.code(label)
        #expect(code.value.hasPrefix(value) && code.scheme == scheme, "\(code)")
        #expect(code.value.utf8.count <= 16)
    }

    @Test func textThatCouldNotBeDecodedDoesNotBecomeTwoValues() async throws {
        try DCMTK.start(log: quiet)
        var context = Self.context
        context.study.patientName = "M\\xFCller"
        let attributes = try await dump(try text(.draft).encoded(Self.first, of: context), "dcmdump", ["-q", "+P", "0010,0010"])
        #expect(attributes.contains("[M?xFCller]"), "\(attributes)")
    }
}
