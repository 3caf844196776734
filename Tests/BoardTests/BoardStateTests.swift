import Board
import Testing
import Worklist

@Suite struct BoardStateTests {
    private let pneumothorax = ["pneumothorax": 0.9, "abnormal": 0.95]

    @Test func theCursorStaysWithItsStudyWhileTheListMoves() throws {
        let studies = try (1...5).map { try SampleLists.study($0, waited: 50 - Double($0)) }
        var state = try SampleLists.state(studies)
        state.press([.down, .down])
        #expect(state.selected?.accessionNumber == "A3")
        state.receive(try SampleLists.reading(studies + [try SampleLists.study(9, waited: 1, pneumothorax)]))
        #expect(state.selected?.accessionNumber == "A3")
        #expect(state.cursor == 3)
    }

    @Test func untouchedTheCursorStaysOnTheFirstPlace() throws {
        let studies = [try SampleLists.study(1)]
        var state = try SampleLists.state(studies)
        state.receive(try SampleLists.reading(studies + [try SampleLists.study(2, waited: 1, pneumothorax)]))
        #expect(state.selected?.accessionNumber == "A2")
        state.press([.down, .home])
        state.receive(try SampleLists.reading(studies))
        #expect(state.selected?.accessionNumber == "A1")
    }

    @Test func whenItsStudyLeavesTheListTheCursorKeepsItsRow() throws {
        let studies = try (1...4).map { try SampleLists.study($0, waited: 50 - Double($0)) }
        var state = try SampleLists.state(studies)
        state.press([.down])
        state.receive(try SampleLists.reading(studies.filter { $0.accessionNumber != "A2" }))
        #expect(state.selected?.accessionNumber == "A3")
        state.receive(try SampleLists.reading([]))
        #expect(state.selected == nil)
    }

    @Test func movingStopsAtTheEndsAndScrollsTheWindow() throws {
        var state = try SampleLists.state(try (1...100).map { try SampleLists.study($0, waited: 200 - Double($0)) })
        state.press([.up, .up])
        #expect(state.cursor == 0)
        state.press([.end, .down])
        #expect(state.cursor == 99)
        #expect(SampleLists.text(state).contains(">100"))
        state.press([.pageUp, .home])
        #expect(state.top == 0)
        #expect(SampleLists.text(state).contains(">  1"))
    }

    @Test(arguments: [(80, 24), (40, 10), (20, 5), (200, 60), (10, 1)])
    func aSmallerWindowKeepsTheCursorInSight(columns: Int, rows: Int) throws {
        var state = try SampleLists.state(try (1...100).map { try SampleLists.study($0, waited: 200 - Double($0)) }, columns: 200, rows: 60)
        for _ in 1...40 { state.press([.down]) }
        state.resize(to: BoardSize(columns: columns, rows: rows))
        #expect(state.selected?.accessionNumber == "A41")
        #expect(rows < 3 || SampleLists.text(state).contains("> 41"))
    }

    @Test func cGoesThroughTheCategoriesAndFThroughTheModalities() throws {
        var state = try SampleLists.state([
            SampleLists.study(1, waited: 5, pneumothorax), SampleLists.study(2, waited: 5, ["abnormal": 0.7], modality: "DX"), SampleLists.study(3, unscored: "lateral view"),
        ])
        state.press(["c"])
        #expect(state.shown.count == 1)
        #expect(SampleLists.text(state).contains("ONLY category critical: 1 of 3"))
        state.press(["c", "f", "f"])
        #expect(SampleLists.text(state).contains("ONLY category urgent, modality DX: 1 of 3"))
        state.press(["c"])
        #expect(SampleLists.text(state).contains("No study passes this filter"))
        state.press([.escape])
        #expect(state.shown.count == 3)
        state.press(["c", "c", "c", "c", "c", "c"])
        #expect(state.filters.category == nil)
    }

    @Test(arguments: ["yamada", "山田", "p7", "A7", "TAROU (山"])
    func aSearchFindsNamePatientIDAndAccessionNumber(text: String) throws {
        var state = try SampleLists.state([
            SampleLists.study(1, waited: 30), SampleLists.study(2, waited: 29), SampleLists.study(7, "Yamada^Tarou=山田^太郎=やまだ^たろう", waited: 28),
        ])
        state.press(["/"])
        state.type(text)
        #expect(state.selected?.accessionNumber == "A7")
        state.press([.enter])
        #expect(state.selected?.accessionNumber == "A7")
    }

    @Test func nGoesFromHitToHitAndAroundTheEnd() throws {
        let names = ["Miller^A", "Smith^B", "Miller^C", "Miller^D"]
        var state = try SampleLists.state(names.enumerated().map { try SampleLists.study($0.offset + 1, $0.element, waited: 50 - Double($0.offset)) })
        state.press(["/"])
        state.type("mill")
        state.press([.enter])
        var hits: [String?] = [state.selected?.accessionNumber]
        for _ in 1...3 {
            state.press(["n"])
            hits.append(state.selected?.accessionNumber)
        }
        #expect(hits == ["A1", "A3", "A4", "A1"])
        state.press(["N"])
        #expect(state.selected?.accessionNumber == "A4")
    }

    @Test func anEscapedSearchPutsTheCursorBack() throws {
        var state = try SampleLists.state(try (1...4).map { try SampleLists.study($0, waited: 50 - Double($0)) })
        state.press([.down, "/"])
        state.type("A4")
        #expect(state.selected?.accessionNumber == "A4")
        state.press([.escape])
        #expect(state.selected?.accessionNumber == "A2")
    }

    @Test func aSearchWithoutAHitSaysSo() throws {
        var state = try SampleLists.state([try SampleLists.study(1)])
        state.press(["/"])
        state.type("qqq")
        state.press([.enter])
        #expect(SampleLists.text(state).contains("no study matches \"qqq\""))
    }

    @Test func lettersOfASearchAreNoCommands() throws {
        var state = try SampleLists.state([try SampleLists.study(1, "Quinn^Frank")])
        state.press(["/"])
        #expect(state.press("q") == .stay)
        #expect(state.press("f") == .stay)
        #expect(state.filters.modality == nil)
    }

    @Test func qQuitsTheListAndLeavesAPage() throws {
        var state = try SampleLists.state([try SampleLists.study(1)])
        state.press([.enter])
        #expect(state.mode == .study)
        #expect(state.press("q") == .stay)
        #expect(state.mode == .list)
        state.press(["?"])
        #expect(state.mode == .help)
        state.press([.escape])
        #expect(state.press("q") == .quit)
    }

    @Test func anOpenedStudyIsFollowedAndKeptWhenItLeaves() throws {
        var state = try SampleLists.state([try SampleLists.study(1), try SampleLists.study(2, "Doe^Jane", waited: 1)])
        state.press([.down, .enter])
        state.receive(try SampleLists.reading([try SampleLists.study(1), try SampleLists.study(2, "Doe^Jane", waited: 1, pneumothorax)]))
        #expect(SampleLists.text(state).contains("pneumothorax 0.90"))
        state.receive(try SampleLists.reading([try SampleLists.study(1)]))
        #expect(SampleLists.text(state).contains("This study has left the list"))
        #expect(SampleLists.text(state).contains("Doe Jane"))
    }

    @Test func aSourceThatIsGoneKeepsTheLastListAndComesBack() throws {
        let later = SampleLists.now.advanced(bySeconds: 60)
        var state = try SampleLists.state([try SampleLists.study(1)])
        state.receive(Reading(at: SampleLists.now.advanced(bySeconds: 5), trouble: "no answer"))
        state.receive(Reading(at: later, trouble: "still no answer"))
        let lost = SampleLists.text(state, at: later)
        #expect(lost.contains("NOT LIVE since 14:30:05, for 0m: still no answer"))
        #expect(lost.contains("read 14:30:00"))
        #expect(lost.contains("Smith John"))
        #expect(SampleLists.screen(state).dropFirst(2).dropLast().allSatisfy { $0.runs.allSatisfy { $0.ink == .faint } })
        state.receive(try SampleLists.reading([try SampleLists.study(2, "Doe^Jane")], at: later))
        #expect(state.trouble == nil)
        #expect(!SampleLists.text(state, at: later).contains("NOT LIVE"))
    }

    @Test func aNewStudyAmongTheFirstPlacesMovesTheOthersDown() throws {
        func items(_ numbers: [Int]) throws -> [WorklistItem] {
            try numbers.flatMap { number in try SampleLists.reading([SampleLists.study(number)]).list?.items ?? [] }
        }
        let list = try items([1, 2, 3, 4]).beginning(with: try items([9, 2]))
        #expect(list.map(\.accessionNumber) == ["A9", "A2", "A1", "A3", "A4"])
        #expect(list.map(\.rank) == [1, 2, 3, 4, 5])
    }

    @Test func waitsAreReckonedByTheClockOfTheSource() throws {
        var state = BoardState(source: "http://ward", size: BoardSize(columns: 80, rows: 24))
        var reading = try SampleLists.reading([try SampleLists.study(1, waited: 12)])
        reading.at = SampleLists.now.advanced(bySeconds: 7200)
        state.receive(reading)
        #expect(SampleLists.text(state, at: reading.at).contains("12m/4h"))
    }
}
