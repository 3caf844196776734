import Board
import Foundation
import Testing
import Worklist

@Suite struct FilmTests {
    /// Two columns, four rows: black, dark, light, white; each column alike.
    private let grey = Picture(columns: 2, rows: 4, channels: 1, bytes: [0, 0, 85, 85, 170, 170, 255, 255])
    /// Red, half opaque on the right column's lower half, clear elsewhere.
    private let heat = Picture(
        columns: 2, rows: 2, channels: 4, bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 128])

    private func opened(columns: Int, rows: Int, depth: ColourDepth, heat: Picture?) throws -> [StyledLine] {
        var state = try SampleRooms.state(
            [SampleLists.study(1, "Doe^Jane", waited: 5, ["pneumothorax": 0.83])], SampleRooms.room(), columns: columns, rows: rows)
        state.press([.enter])
        state.receive(.study("1.2.3.1", .success(try SampleRooms.file())))
        state.press(["v"])
        let request = FilmRequest(study: "1.2.3.1", image: "1.2.3.1.2", finding: "pneumothorax")
        #expect(state.takeErrands().last == .film(request))
        state.receive(.film(request, .success(Film(grey: grey, heat: heat))))
        return BoardScreen(zone: .gmt, depth: depth).lines(of: state, at: SampleLists.now)
    }

    /// Six rows: title, two film rows of one dot above the other, two captions, keys.
    @Test func aCellHasTwoDotsOneAboveTheOther() throws {
        let lines = try opened(columns: 60, rows: 6, depth: .rgb24, heat: nil)
        let cells = lines[1...2].map { line in line.runs.flatMap(\.halves) }
        #expect(cells[0] == Array(repeating: HalfBlock(upper: RGB(0, 0, 0), lower: RGB(85, 85, 85)), count: 2))
        #expect(cells[1] == Array(repeating: HalfBlock(upper: RGB(170, 170, 170), lower: RGB(255, 255, 255)), count: 2))
        #expect(lines.allSatisfy { $0.columns == 60 })
    }

    /// An opacity of 128 counts as 128·140/255 = 70. (255, 0, 0) over 170: (255·70 + 170·185) / 255 = 193.3, 170·185 / 255 = 123.3;
    /// over 255: 255, 185.
    @Test func theHeatMapLiesOverTheFilm() throws {
        let lines = try opened(columns: 60, rows: 6, depth: .rgb24, heat: heat)
        let lower = lines[2].runs.flatMap(\.halves)
        #expect(lower[0] == HalfBlock(upper: RGB(170, 170, 170), lower: RGB(255, 255, 255)))
        #expect(lower[1] == HalfBlock(upper: RGB(193, 123, 123), lower: RGB(255, 185, 185)))
        #expect(lines[4].text.contains("heat map pneumothorax 0.83"))
    }

    @Test func withoutColoursTheFilmIsLettersAndTheHeatMapABorder() throws {
        let lines = try opened(columns: 60, rows: 6, depth: .letters, heat: heat)
        // 42 is a sixth of the way to white, 212 five sixths; nine letters from blank to @.
        #expect(lines[1].text.contains(".."))
        #expect(lines[2].text.contains("%#"))
        #expect(lines.allSatisfy { $0.runs.allSatisfy(\.halves.isEmpty) })
    }

    /// xterm's table of 256 colours.
    @Test(arguments: [
        (RGB(0, 0, 0), 16), (RGB(255, 0, 0), 196), (RGB(8, 8, 8), 232), (RGB(128, 128, 128), 244), (RGB(95, 135, 175), 67), (RGB(255, 255, 255), 231),
        (RGB(238, 238, 238), 255),
    ])
    func aColourOf24BitsIsTheNearestOfThePalette(colour: RGB, number: Int) {
        #expect(FilmColours.nearest(colour) == number)
    }

    @Test func whatIsSentPutsCursorAndColoursBackAsTheyWere() {
        let cell = HalfBlock(upper: RGB(1, 2, 3), lower: RGB(4, 5, 6))
        let next = HalfBlock(upper: RGB(1, 2, 3), lower: RGB(7, 8, 9))
        #expect(
            FilmColours.bytes([(row: 2, column: 4, halves: [cell, next])], depth: .rgb24)
                == "\u{1B}7\u{1B}[3;5H\u{1B}[38;2;1;2;3m\u{1B}[48;2;4;5;6m▀\u{1B}[48;2;7;8;9m▀\u{1B}8")
        #expect(FilmColours.bytes([(row: 0, column: 0, halves: [cell])], depth: .letters).isEmpty)
    }

    @Test func aWideWindowShowsTheFilmBesideTheText() throws {
        var state = try SampleRooms.state(
            [SampleLists.study(1, "Doe^Jane", waited: 5, ["pneumothorax": 0.83])], SampleRooms.room(), columns: 200, rows: 60)
        state.press([.enter])
        #expect(state.takeErrands() == [.study("1.2.3.1")])
        state.receive(.study("1.2.3.1", .success(try SampleRooms.file())))
        let request = FilmRequest(study: "1.2.3.1", image: "1.2.3.1.2", finding: "pneumothorax")
        #expect(state.takeErrands() == [.film(request)])
        state.receive(.film(request, .success(Film(grey: grey, heat: heat))))
        let lines = BoardScreen(zone: .gmt, depth: .rgb24).lines(of: state, at: SampleLists.now)
        #expect(lines.contains { $0.text.contains("next step") && !$0.runs.flatMap(\.halves).isEmpty })
        #expect(lines.allSatisfy { $0.columns == 200 })
        state.press(["d"])
        #expect(state.takeErrands() == [.film(FilmRequest(study: "1.2.3.1", image: "1.2.3.1.2", finding: "effusion"))])
        state.press(["i"])
        #expect(state.takeErrands().isEmpty, "one at a time")
        state.receive(.film(FilmRequest(study: "1.2.3.1", image: "1.2.3.1.2", finding: "effusion"), .failure(BoardError(description: "no answer"))))
        #expect(state.takeErrands() == [.film(FilmRequest(study: "1.2.3.1", image: "1.2.3.1.1", finding: nil))])
    }

    @Test func thePageShowsTermsOrderDraftAndEarlierStudies() throws {
        var state = try SampleRooms.state(
            [SampleLists.study(1, "Doe^Jane", waited: 5, ["pneumothorax": 0.83])], SampleRooms.room(), columns: 100, rows: 100)
        state.press([.enter])
        state.receive(.study("1.2.3.1", .success(try SampleRooms.file(draft: SampleRooms.openDraft))))
        let text = SampleLists.text(state)
        for part in [
            "0.830 × 12.000 =     9.960", "index", "10.250", "reason          dyspnoea", "R12 is a draft", "Heart of normal size.",
            "20250102 Chest pa urgent; not reported: an open finding", "Effusion is likely on the left.", "received by PACS", "PA, 4×4, scored",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(!text.contains("procedure"))
    }

    @Test func aStudyThatChangesIsLookedUpAnew() throws {
        var study = try SampleLists.study(1, "Doe^Jane")
        var state = try SampleLists.state([study])
        state.press([.enter])
        _ = state.takeErrands()
        state.receive(try SampleLists.reading([study], at: SampleLists.now.advanced(bySeconds: 30)))
        #expect(state.takeErrands().isEmpty, "time alone is no change")
        study.reader = Reader(name: "Dr. Adler", since: SampleLists.now)
        state.receive(try SampleLists.reading([study]))
        #expect(state.takeErrands() == [.study("1.2.3.1")])
    }
}
