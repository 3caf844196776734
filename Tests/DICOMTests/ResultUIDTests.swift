import DICOM
import Testing
import Worklist

@Suite struct ResultUIDTests {
    private let study = UID("1.2.3")!
    private let moment = Timestamp(microseconds: 1_767_600_000_000_000)

    /// Python: uuid.uuid5(uuid.UUID(int=336584394847512241891256255892364193404), "series\nFIRSTREAD\n1.2.3\nreport").int
    @Test func aUIDIsANameBasedUUID() {
        #expect(ResultUID.series(.report, of: study, by: "FIRSTREAD").text == "2.25.179273751817264579821987226404502302168")
        #expect(ResultUID.tracking("effusion", of: study, by: "FIRSTREAD").text == "2.25.337503309729408467231178136693060730915")
    }

    @Test func theSameResultHasTheSameUIDAndEveryOtherAnother() {
        let uid = ResultUID.instance(.report, version: 1, of: study, by: "A", at: moment)
        #expect(uid == ResultUID.instance(.report, version: 1, of: study, by: "A", at: moment))
        let others = [
            ResultUID.instance(.measurements, version: 1, of: study, by: "A", at: moment),
            ResultUID.instance(.report, version: 2, of: study, by: "A", at: moment),
            ResultUID.instance(.report, version: 1, of: UID("1.2.4")!, by: "A", at: moment),
            ResultUID.instance(.report, version: 1, of: study, by: "B", at: moment),
            ResultUID.instance(.report, version: 1, of: study, by: "A", at: moment.advanced(bySeconds: 1)),
        ]
        #expect(!others.contains(uid))
        #expect(Set(others).count == others.count)
    }

    @Test func anOwnSeriesIsKnownByStudyAndTitle() {
        for kind in ResultKind.allCases {
            let series = ResultUID.series(kind, of: study, by: "FIRSTREAD")
            #expect(ResultUID.isSeries(series, of: study, by: "FIRSTREAD"))
            #expect(!ResultUID.isSeries(series, of: UID("1.2.4")!, by: "FIRSTREAD"))
            #expect(!ResultUID.isSeries(series, of: study, by: "ANOTHER"))
        }
    }
}
