import Board
import Foundation
import Testing
import Worklist

@Suite struct BoardScreenTests {
    private func mixed() throws -> [Study] {
        [
            try SampleLists.study(1, "Yamada^Tarou=山田^太郎=やまだ^たろう", waited: 3, ["pneumothorax": 0.83, "abnormal": 0.91], priority: .stat),
            try SampleLists.study(2, "Müller^Jürgen", waited: 72, ["effusion": 0.7]),
            try SampleLists.study(3, "Smith^John", waited: 30, ["effusion": 0.6], modality: "DX"),
            try SampleLists.study(4, "", waited: 200, unscored: "lateral view"),
            try SampleLists.study(5, "Doe^Jane", waited: 10, ["abnormal": 0.02], priority: .asap),
        ]
    }

    @Test(arguments: [(80, 24), (200, 60), (40, 10), (20, 5), (300, 100), (1, 1), (3, 3), (79, 2)])
    func everyLineFillsTheWindowExactly(columns: Int, rows: Int) throws {
        for keys: [BoardKey] in [[], [.enter], [.enter, "v"], ["?"], ["/"], ["c"], ["a"], ["l"], ["o"], ["p"]] {
            for trouble in [nil, "the database is gone"] {
                var state = try SampleLists.state(mixed() + mixed().map { var study = $0; study.studyInstanceUID = UID("9.\($0.studyInstanceUID)")!; return study }, columns: columns, rows: rows)
                state.press(keys)
                if let trouble { state.receive(Reading(at: SampleLists.now, trouble: trouble)) }
                let lines = SampleLists.screen(state)
                #expect(lines.count == rows)
                #expect(lines.allSatisfy { $0.columns == columns && DisplayWidth.of($0.text) == columns })
            }
        }
    }

    @Test func eightyColumnsShowAllThatALeadLooksFor() throws {
        let lines = SampleLists.screen(try SampleLists.state(mixed())).map(\.text)
        #expect(lines[0].contains("data /var/lib/firstread  read 14:30:00"))
        #expect(lines[1].contains("5 waiting"))
        #expect(lines[1].contains("1 past limit"))
        #expect(lines[1].contains("1 near"))
        #expect(lines[1].contains("oldest 3h20 (place 4, (no name))"))
        #expect(lines[2].contains("critical 1  urgent 2  routine 0  likely-normal 1  unscored 1"))
        #expect(lines[4] == ">  1 S critical Yamada Tarou… CR CHEST pneumothorax 0.83 ▊··· 3m/15m  scored    ")
        #expect(lines[5] == "   2   urgent   Müller Jürgen CR CHEST effusion 0.70     PAST 1h12/1h scored    ")
        #expect(lines[6] == "   3   urgent   Smith John    DX CHEST effusion 0.60     ██·· 30m/1h  scored    ")
        #expect(lines[7] == "   4   unscored (no name)     CR CHEST lateral view      ███▎ 3h20/4h unscored  ")
        #expect(lines[8] == "   5 A likely-… Doe Jane      CR CHEST abnormal 0.02     ▎··· 10m/2h  scored    ")
        #expect(lines.contains { $0.contains("1 Yamada Tarou (山田 太郎)  ID P1  accession A1  0 images CR CHEST") })
        #expect(lines.contains { $0.contains("- pneumothorax 0.83: critical from 0.60") })
        #expect(lines.contains { $0.contains("next Read now and tell the referring physician directly") })
    }

    @Test func aWideWindowShowsTheNumbersAndWholeWords() throws {
        let text = SampleLists.text(try SampleLists.state(mixed(), columns: 200, rows: 60))
        for word in ["likely-normal", "Yamada Tarou (山田 太郎)", "unscored", "P3", "A3", "PAST", "STAT"] { #expect(text.contains(word)) }
    }

    @Test func fortyTwoColumnsStillShowPatientAndWait() throws {
        let lines = SampleLists.screen(try SampleLists.state(mixed(), columns: 42, rows: 10)).map(\.text)
        #expect(lines[4] == "   2   urgent   Müller Jürgen PAST 1h12/1h")
    }

    @Test func columnsStayInLineWithWideCharacters() throws {
        let lines = SampleLists.screen(try SampleLists.state(mixed(), columns: 140, rows: 40))
        let columns = ["A1 ", "A2 ", "A3 "].map { number in
            lines.prefix(14).compactMap { line in line.text.range(of: number).map { DisplayWidth.of(String(line.text[..<$0.lowerBound])) } }
        }
        #expect(columns.allSatisfy { $0.count == 1 })
        #expect(Set(columns.joined()).count == 1)
    }

    /// Hand arithmetic: a bar of four columns has 32 eighths.
    @Test(arguments: [(0.0, "····"), (15.0, "█···"), (30.0, "██··"), (31.9, "██▏·"), (59.9, "███▉"), (60.0, "PAST"), (6000.0, "PAST")])
    func theBarIsTheShareOfTheLimit(minutes: Double, bar: String) throws {
        let line = SampleLists.screen(try SampleLists.state([try SampleLists.study(1, waited: minutes, ["effusion": 0.7])]))[4]
        #expect(line.text.contains(" \(bar) "))
    }

    @Test(arguments: [(0.0, "0m"), (59.9, "0m"), (3540, "59m"), (3600, "1h"), (3900, "1h05"), (36_000, "10h"), (172_740, "47h"), (172_800, "2d"), (-5, "0m")])
    func aSpanIsReadAcrossARoom(seconds: Double, words: String) {
        #expect(Waiting.words(seconds) == words)
    }

    @Test func nothingFromOutsideReachesTheTerminalAsAControlCharacter() throws {
        let evil = "\u{1B}]0;owned\u{7}\u{9B}2J\r\n\u{202E}\0"
        var study = try SampleLists.study(1, "Doe\(evil)^Jane", unscored: "no\(evil)")
        study.accessionNumber = evil
        study.patientID = evil
        study.bodyPart = evil
        study.modality = evil
        study.studyDescription = evil
        study.note(conflict: evil)
        for keys: [BoardKey] in [[], [.enter], ["f"]] {
            var state = try SampleLists.state([study], columns: 200, rows: 60)
            state.press(keys)
            state.receive(Reading(at: SampleLists.now, trouble: evil))
            for scalar in SampleLists.screen(state).map(\.text).joined().unicodeScalars {
                #expect(![.control, .format, .lineSeparator].contains(scalar.properties.generalCategory))
            }
        }
    }

    @Test func whatIsUrgentIsMarkedInWordsAndInInk() throws {
        let lines = SampleLists.screen(try SampleLists.state(mixed()))
        #expect(lines[4].runs.contains { $0.ink == .critical && $0.text.hasPrefix("critical") })
        #expect(lines[5].runs.contains { $0.ink == .barPast && $0.text == "PAST" })
        #expect(lines[4].runs.allSatisfy { $0.isSelected })
        #expect(lines[5].runs.allSatisfy { !$0.isSelected })
    }

    @Test func thePageOfAStudyShowsAllOfIt() throws {
        var study = try SampleLists.study(1, "Doe^Jane", waited: 20, ["pneumothorax": 0.83, "effusion": 0.004])
        study.model = ModelReference(name: "chest", version: "3", sha256: String(repeating: "a1", count: 32), isCalibrated: true)
        study.note(conflict: "the order names another patient ID: P99")
        var state = try SampleLists.state([study], columns: 100, rows: 50)
        state.press([.enter])
        let text = SampleLists.text(state)
        for part in [
            "Doe Jane", "critical", "20m/15m, PAST its limit", "P1", "A1", "pneumothorax", "0.83", "<0.01", "the order names another patient ID: P99",
            "chest 3", String(repeating: "a1", count: 32), "1.2.3.1", "Read now", "received        2026-03-01 14:10:00",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test func aPageScrollsToItsEndAndNoFurther() throws {
        var study = try SampleLists.study(1)
        for number in 1...30 { study.note(conflict: "conflict \(number)") }
        var state = try SampleLists.state([study], columns: 60, rows: 12)
        state.press([.enter, .end])
        #expect(SampleLists.text(state).contains("1.2.3.1"))
        let end = state.scroll
        state.press([.down, .up])
        #expect(state.scroll == end - 1)
    }

    @Test func theFindingIsTheOneTheCategoryRestsOn() throws {
        let text = SampleLists.text(try SampleLists.state([try SampleLists.study(1, waited: 5, ["pneumothorax": 0.62, "abnormal": 0.99])]))
        #expect(text.contains("CR CHEST pneumothorax 0.62"))
    }

    /// Past its limit a study has other reasons before those of its findings.
    @Test func aFlaggedStudyShowsTheNamedFindingRatherThanThatItIsAbnormal() throws {
        var item = try #require(SampleLists.reading([SampleLists.study(1, waited: 5, ["effusion": 0.7, "abnormal": 0.8])]).list?.items.first)
        item.reasons = ["ordered as STAT"]
        var state = BoardState(source: "x", size: BoardSize(columns: 80, rows: 24))
        state.receive(Reading(at: SampleLists.now, list: BoardList(WorklistSnapshot(takenAt: SampleLists.now, items: [item]))))
        #expect(SampleLists.text(state).contains("effusion 0.70"))
    }

    @Test func criticalStudiesAboveTheWindowAreAnnounced() throws {
        let critical = try (1...3).map { try SampleLists.study($0, waited: 1, ["pneumothorax": 0.9]) }
        var state = try SampleLists.state(critical + (try (4...60).map { try SampleLists.study($0) }))
        state.press([.end])
        #expect(SampleLists.text(state).contains("3 critical above"))
    }

    @Test func timesAreThoseOfTheZone() throws {
        let lines = BoardScreen(zone: TimeZone(secondsFromGMT: -16_200)!).lines(of: try SampleLists.state([]), at: SampleLists.now)
        #expect(lines[0].text.contains("read 10:00:00"))
    }

    @Test func anEmptyListSaysSo() throws {
        let empty = try SampleLists.state([])
        #expect(SampleLists.text(empty).contains("No studies wait."))
        #expect(SampleLists.text(BoardState(source: "x", size: BoardSize(columns: 80, rows: 24))).contains("Reading the list"))
    }
}
