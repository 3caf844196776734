import Board
import Foundation
import Testing
import Worklist

@Suite struct ActTests {
    private let lead = Person(name: "Dr. Lead", roles: [.lead])
    private let reader = Person(name: "Dr. Adler", roles: [.reader])

    private func state(person: Person? = nil) throws -> BoardState {
        try SampleRooms.state([SampleLists.study(1, "Doe^Jane", waited: 5, ["pneumothorax": 0.83])], SampleRooms.room(), person: person)
    }

    @Test func aClaimAsksForANameAndOffersItTheNextTime() throws {
        var state = try state()
        state.press(["r"])
        #expect(SampleLists.text(state).contains("read Doe Jane, your name: ▏"))
        state.type("Dr. Adler")
        state.press([.enter])
        #expect(state.takeErrands() == [.act(Act(.claim, "1.2.3.1", by: "Dr. Adler"))])
        state.receive(.act(Act(.claim, "1.2.3.1", by: "Dr. Adler"), nil))
        #expect(SampleLists.text(state).contains("done: Dr. Adler reads it now"))
        state.press(["R"])
        #expect(SampleLists.text(state).contains("give back Doe Jane, your name: Dr. Adler▏"))
        state.press([.enter])
        #expect(state.takeErrands() == [.act(Act(.release, "1.2.3.1", by: "Dr. Adler"))])
    }

    @Test func aPinAsksForAReasonAndAName() throws {
        var state = try state()
        state.press(["p", .enter])
        #expect(SampleLists.text(state).contains("needs a reason"))
        state.type("in theatre")
        state.press([.enter])
        state.type("X")
        state.press([.backspace])
        state.type("Dr. Lead ")
        state.press([.enter])
        #expect(state.takeErrands() == [.act(Act(.pin, "1.2.3.1", by: "Dr. Lead", reason: "in theatre"))])
    }

    @Test func escDoesNothingAndSaysSo() throws {
        var state = try state()
        state.press(["r"])
        state.type("quinn")
        state.press([.escape])
        #expect(state.takeErrands().isEmpty)
        #expect(SampleLists.text(state).contains("not done: read Doe Jane"))
        #expect(state.mode == .list)
    }

    @Test func whoHasSignedInIsNotAskedForAName() throws {
        var state = try state(person: reader)
        state.press(["r"])
        #expect(state.takeErrands() == [.act(Act(.claim, "1.2.3.1"))])
    }

    @Test func aRightThatLacksIsSaidBeforeAnythingIsAsked() throws {
        var state = try state(person: reader)
        state.press(["p"])
        #expect(SampleLists.text(state).contains("pin is for the role lead or admin; Dr. Adler has the role reader"))
        #expect(state.prompt == nil)
    }

    @Test func aRefusalIsShownInTheWordsOfTheService() throws {
        var state = try state()
        state.receive(.act(Act(.claim, "1.2.3.1", by: "X"), BoardError(description: "Dr. Other reads it since 14:00")))
        #expect(SampleLists.text(state).contains("not done: Dr. Other reads it since 14:00"))
    }

    @Test func nothingIsDoneToAListThatIsNotLive() throws {
        var state = try state()
        state.receive(Reading(at: SampleLists.now, trouble: "no answer"))
        state.press(["r"])
        #expect(state.prompt == nil)
        #expect(SampleLists.text(state).contains("not now, the list is not live: no answer"))
    }

    @Test func aDraftIsSignedOnlyWhereItCanBeSeen() throws {
        var state = try state()
        state.press(["s"])
        #expect(state.takeErrands().isEmpty && state.prompt == nil)
        state.press([.enter])
        #expect(state.takeErrands() == [.study("1.2.3.1")])
        state.receive(.study("1.2.3.1", .success(try SampleRooms.file(draft: SampleRooms.openDraft))))
        state.press(["s"])
        let text = SampleLists.text(state)
        #expect(text.contains("Heart of normal size."))
        #expect(text.contains("sign R12 of Doe Jane, your name: ▏"))
        state.type("Dr. Adler")
        state.press([.enter])
        #expect(state.takeErrands().contains(.act(Act(.sign, "R12", by: "Dr. Adler"))))
    }

    @Test func aSignatureOfOneWhoHasSignedInIsConfirmed() throws {
        var state = try state(person: reader)
        state.press([.enter])
        state.receive(.study("1.2.3.1", .success(try SampleRooms.file(draft: SampleRooms.openDraft))))
        _ = state.takeErrands()
        state.press(["s"])
        #expect(state.takeErrands().isEmpty)
        #expect(SampleLists.text(state).contains("sign R12 of Doe Jane?"))
        state.press(["y", .enter])
        #expect(state.takeErrands() == [.act(Act(.sign, "R12"))])
    }

    @Test func aDraftThatIsSignedAlreadyIsNotSignedAgain() throws {
        var state = try state()
        state.press([.enter])
        let signed = SampleRooms.openDraft.replacingOccurrences(of: "drafted", with: "signed")
        state.receive(.study("1.2.3.1", .success(try SampleRooms.file(draft: signed))))
        state.press(["x"])
        #expect(state.prompt == nil)
        #expect(SampleLists.text(state).contains("there is no draft to reject"))
    }

    /// Worked out by hand: c rises from the third place to the first, the others fall by one; d is in one list alone.
    @Test func theMovesAreThoseOfTheStudiesThatBothListsHave() {
        #expect(Comparison.moves(from: ["a", "b", "d", "c"], to: ["c", "a", "b", "e"]) == ["c": 2, "a": -1, "b": -1])
        #expect(Comparison.moves(from: ["a", "b"], to: ["a", "b"]).isEmpty)
    }

    @Test func anotherPolicysListIsMarkedAndTakenAwayAgain() throws {
        let studies = [
            try SampleLists.study(1, waited: 5, ["pneumothorax": 0.83]), try SampleLists.study(2, waited: 40), try SampleLists.study(3, waited: 20),
        ]
        var state = try SampleRooms.state(studies, SampleRooms.room())
        state.press(["o", .down, .enter])
        #expect(state.takeErrands() == [.order(.fifo)])
        let fifo = BoardList(WorklistSnapshot(of: studies, orderedBy: .fifo, under: try .shipped(), at: SampleLists.now))
        state.receive(.order(.fifo, .success(fifo)))
        let text = SampleLists.text(state)
        #expect(text.contains("NOT THE LIST: as fifo would order it, 3 would move"))
        #expect(text.contains("  3 ↓2"))
        #expect(text.contains("  1 ↑1"))
        state.press([.escape])
        #expect(!SampleLists.text(state).contains("NOT THE LIST"))
        #expect(state.selected?.accessionNumber == "A1")
    }
}
