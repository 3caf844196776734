import Testing
import Worklist

@Suite struct ReaderTests {
    private let now = Timestamp(microseconds: 1_800_000_000_000_000)

    private func study(_ state: StudyState = .scored) -> Study {
        var study = Study(studyInstanceUID: UID("1.2.3")!, receivedAt: now)
        study.state = state
        return study
    }

    @Test func aClaimedStudyIsShownAsBeingReadAndKeepsWhatThePipelineKnows() throws {
        var study = study(.queued)
        try study.apply(.claim, by: "Dr. Adler", at: now)
        #expect(study.shownState == .reading && study.state == .queued && study.reader?.name == "Dr. Adler")
        try study.apply(.release, by: "Dr. Adler", at: now)
        #expect(study.shownState == .queued && study.reader == nil)
    }

    @Test func anotherReaderIsToldWhoHasIt() throws {
        var study = study()
        try study.apply(.claim, by: "Dr. Adler", at: now)
        do {
            try study.apply(.claim, by: "Dr. Bach", at: now)
            Issue.record("the second claim was taken")
        } catch { #expect(error.description.contains("Dr. Adler")) }
        #expect(study.reader?.name == "Dr. Adler")
    }

    @Test func theSameReaderHasItForLonger() throws {
        var study = study()
        try study.apply(.claim, by: "Dr. Adler", at: now)
        try study.apply(.claim, by: "Dr. Adler", at: now.advanced(bySeconds: 600))
        #expect(study.reader?.since == now.advanced(bySeconds: 600))
    }

    @Test func onlyALeadGivesBackWhatAnotherHasClaimed() throws {
        var study = study()
        try study.apply(.claim, by: "Dr. Adler", at: now)
        #expect(throws: ReaderRefusal.self) { try study.apply(.release, by: "Dr. Bach", at: now) }
        try study.apply(.release, by: "Dr. Lead", ofAnyone: true, at: now)
        #expect(study.reader == nil)
    }

    @Test func aReportEndsTheClaimAndItsTimeStays() throws {
        var study = study()
        try study.apply(.claim, by: "Dr. Adler", at: now)
        study.report(at: now.advanced(bySeconds: 60))
        study.report(at: now.advanced(bySeconds: 900))
        #expect(study.reader == nil && study.state == .reported && study.reportedAt == now.advanced(bySeconds: 60))
        #expect(throws: ReaderRefusal.self) { try study.apply(.claim, by: "Dr. Adler", at: now) }
    }

    @Test func aClaimChangesNeitherPlaceNorCategory() throws {
        var first = study()
        first.category = .critical
        first.findings = ["pneumothorax": 0.9]
        var second = Study(studyInstanceUID: UID("1.2.4")!, receivedAt: now)
        second.state = .scored
        second.category = .routine
        let policy = try WorklistPolicy.shipped()
        let before = WorklistSnapshot(of: [first, second], orderedBy: .delayCost, under: policy, at: now)
        try first.apply(.claim, by: "Dr. Adler", at: now)
        let after = WorklistSnapshot(of: [first, second], orderedBy: .delayCost, under: policy, at: now)
        #expect(after.items.map(\.studyInstanceUID) == before.items.map(\.studyInstanceUID))
        #expect(after.items[0].category == .critical && after.items[0].urgency == before.items[0].urgency)
        #expect(after.items[0].state == .reading && after.items[0].reader == "Dr. Adler")
    }
}
