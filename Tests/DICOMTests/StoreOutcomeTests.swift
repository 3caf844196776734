import DICOM
import Testing
import Worklist

@Suite struct StoreOutcomeTests {
    private enum Fate { case done, warned, again, never, unreachable }

    private func fate(_ outcome: DeliveryOutcome) -> Fate {
        switch outcome {
        case .done: .done
        case .doneWithWarning: .warned
        case .retry: .again
        case .setAside: .never
        case .unreachable: .unreachable
        }
    }

    /// PS3.4 table B.2-1 and PS3.7 annex C.
    @Test func everyStatusHasItsFate() {
        for (status, expected) in [
            (0x0000, Fate.done), (0xB000, .warned), (0xB006, .warned), (0xB007, .warned), (0x0001, .warned), (0x0111, .warned),
            (0xA700, .again), (0xA7FF, .again), (0x0110, .again), (0x0213, .again), (0xFE00, .again), (0x1234, .again),
            (0xA800, .never), (0xA900, .never), (0xA9FF, .never), (0xC000, .never), (0xCFFF, .never), (0x0122, .never), (0x0124, .never),
            (0x0117, .never), (0x0118, .never), (0x0119, .never), (0x0211, .never), (0x0212, .never),
        ] as [(UInt16, Fate)] {
            let outcome = DeliveryOutcome(DIMSEStatus(rawValue: status))
            #expect(fate(outcome) == expected, "\(String(status, radix: 16)): \(outcome)")
        }
    }

    @Test func aReasonForTheLogNamesTheStatusAndNotThePeersWords() {
        guard case .setAside(let reason) = DeliveryOutcome(DIMSEStatus(rawValue: 0xC123), said: "Doe^Jane is dead") else {
            Issue.record("not set aside")
            return
        }
        #expect(reason.sentence == "C-STORE was answered with 0xC123, cannot understand")
        #expect(reason.said == "Doe^Jane is dead")
    }

    /// PS3.8 table 9-21.
    @Test func onlyAPermanentRejectionIsForGood() {
        #expect(fate(DeliveryOutcome(AssociationRejection(result: 1, source: 1, reason: 7))) == .never)
        #expect(fate(DeliveryOutcome(AssociationRejection(result: 1, source: 1, reason: 3))) == .never)
        #expect(fate(DeliveryOutcome(AssociationRejection(result: 2, source: 3, reason: 2))) == .unreachable)
    }
}
