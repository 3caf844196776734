import Board
import Testing
import Worklist

@Suite struct RoomTests {
    /// Hand arithmetic: n of 8 has n eighths; anything above 0 has a bar.
    @Test(arguments: [([0, 1, 4, 8], 8, "·▁▄█"), ([1, 100], 100, "▁█"), ([0, 0], 0, "··"), ([3, 5], 5, "▅█"), ([9], 5, "█")])
    func aSparklineHasABarForEachFigure(figures: [Int], highest: Int, bars: String) {
        #expect(Sparkline.text(figures, highest: highest) == bars)
    }

    @Test func eightyColumnsShowArrivalsReadingsAndWhetherEverythingRuns() throws {
        let lines = SampleLists.screen(try SampleRooms.state([SampleLists.study(1)], SampleRooms.room())).map(\.text)
        #expect(lines[3].contains("arrived/h ·▁▁▂▂▂▃▃▃▄▄▄▅▅▅▆▆▆▇▇▇███ 22"))
        #expect(lines[3].contains("read/h ··▁▁▁▁▂▂▂▂▂▂▃▃▃▃▃▃▄▄▄▄▄▄ 11"))
        #expect(lines[4].contains("listener 2 open, last 4m  scorer idle  feeds none  disk 48 GB free"))
    }

    @Test func aFeedThatIsDownIsSaidWithItsOldestMessage() throws {
        let room = try SampleRooms.room(receivers: SampleRooms.twoFeeds, queued: 3)
        let narrow = SampleLists.text(try SampleRooms.state([SampleLists.study(1)], room, columns: 100))
        #expect(narrow.contains("feeds  1 DOWN  3 wait 12m, 1 set aside"))
        #expect(narrow.contains("scorer 3 queued 10m"))
        let wide = SampleLists.text(try SampleRooms.state([SampleLists.study(1)], room, columns: 200, rows: 60))
        #expect(wide.contains("ris:2575   DOWN  3 unacknowledged, oldest 12m, 1 set aside, connection refused"))
        #expect(wide.contains("pacs:2575  all acknowledged"))
        #expect(wide.contains("276 arrived, 132 read in all"))
        #expect(wide.contains("48 GB free of 100 GB"))
    }

    @Test func alarmsStandOnTopTheGravestFirstUntilTheyAreAcknowledged() throws {
        let alarms = [
            SampleRooms.alarm("data-conflict.1", "data-conflict", minutes: 60, "study A2: two patient IDs"),
            SampleRooms.alarm("critical-past-limit.1", "critical-past-limit", minutes: 7, "critical study A1 is past its limit"),
            SampleRooms.alarm("disk-low", "disk-low", minutes: 3, "1 MB free", acknowledgedBy: "Dr. Lead"),
        ]
        var state = try SampleRooms.state([SampleLists.study(1)], SampleRooms.room(alarms: alarms))
        let lines = SampleLists.screen(state).map(\.text)
        #expect(lines[1].hasPrefix(" ALARM 7m  critical study A1 is past its limit"))
        #expect(lines[2].hasPrefix(" ALARM 1h  study A2: two patient IDs"))
        #expect(!lines.joined().contains("1 MB free"))
        state.press(["a"])
        let all = SampleLists.text(state)
        #expect(all.contains("acknowledged by Dr. Lead, 2026-03-01 14:30:00"))
        #expect(all.contains("Read it now."))
    }

    @Test func moreAlarmsThanFitAreCounted() throws {
        let alarms = (1...9).map { SampleRooms.alarm("data-conflict.\($0)", "data-conflict", minutes: 1, "conflict \($0)") }
        let lines = SampleLists.screen(try SampleRooms.state([SampleLists.study(1)], SampleRooms.room(alarms: alarms))).map(\.text)
        #expect(lines[3].contains("+6 more"))
        #expect(lines[4].contains("1 waiting"))
    }

    @Test func anAlarmIsAcknowledgedByNameFromItsPage() throws {
        let alarms = [SampleRooms.alarm("disk-low", "disk-low", minutes: 3, "1 MB free")]
        var state = try SampleRooms.state([SampleLists.study(1)], SampleRooms.room(alarms: alarms))
        state.press(["a", .enter])
        #expect(SampleLists.text(state).contains("acknowledge \"1 MB free\", your name: ▏"))
        state.type("Dr. Lead")
        state.press([.enter])
        #expect(state.takeErrands() == [.act(Act(.acknowledge, "disk-low", by: "Dr. Lead"))])
    }

    @Test func whoReadsAStudyStandsInItsLine() throws {
        var study = try SampleLists.study(1, "Doe^Jane")
        study.reader = Reader(name: "Dr. Adler", since: SampleLists.now)
        study.location = "ER"
        #expect(SampleLists.text(try SampleLists.state([study])).contains("▸Dr. Adler"))
        let wide = SampleLists.screen(try SampleLists.state([study], columns: 200, rows: 60)).map(\.text).first { $0.contains("Doe Jane") }
        #expect(wide?.contains(" Dr. Adler ") == true)
        #expect(wide?.contains(" ER ") == true)
        #expect(wide?.contains(" reading") == true)
    }

    @Test func locationsAreChosenFromThoseOnTheList() throws {
        let studies = try (1...4).map { number in
            var study = try SampleLists.study(number, waited: 50 - Double(number))
            study.location = number == 4 ? "ICU" : "ER"
            return study
        }
        var state = try SampleLists.state(studies)
        state.press(["l"])
        #expect(SampleLists.text(state).contains("ER                           3"))
        state.press([.down, .down, .enter])
        #expect(SampleLists.text(state).contains("ONLY location ICU: 1 of 4"))
        state.press([.escape])
        #expect(state.shown.count == 4)
    }
}
