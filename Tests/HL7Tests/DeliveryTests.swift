import HL7
import Testing
import Worklist

@Suite struct DeliveryTests {
    private func answer(_ code: String, to controlID: String, type: String = "ACK", error: String = "") -> [UInt8] {
        Array("MSH|^~\\&|PACS||||20260105||\(type)|X1|P|2.5.1\rMSA|\(code)|\(controlID)\r\(error)".utf8)
    }

    private func judged(_ bytes: [UInt8], waitingFor controlID: String = "M1") -> Delivery.Judgement {
        var delivery = Delivery()
        delivery.sent(controlID)
        return delivery.judge(bytes)
    }

    @Test(arguments: ["ACK", "ACK^O23^ACK", "ORI^O24^ORI_O24", "ORR^O02^ORR_O02"], ["AA", "CA", "aa"])
    func anAcceptanceOfAnyTypeEndsIt(type: String, code: String) {
        #expect(judged(answer(code, to: "M1", type: type)) == .ends(.done))
    }

    @Test(arguments: ["AE", "CE"])
    func anErrorIsForLater(code: String) {
        guard case .ends(.retry(let why)) = judged(answer(code, to: "M1", error: "ERR||OBR^1^4|103|E||||no such code\r")) else {
            Issue.record("not to be sent again")
            return
        }
        #expect(why.description.contains(code) && why.description.contains("no such code"))
    }

    @Test(arguments: ["AR", "CR"])
    func aRejectionIsForGood(code: String) {
        guard case .ends(.setAside) = judged(answer(code, to: "M1")) else {
            Issue.record("not set aside")
            return
        }
    }

    @Test func anAcknowledgementOfAnotherMessageClosesTheConnection() {
        guard case .closes = judged(answer("AA", to: "M0")) else {
            Issue.record("credited")
            return
        }
    }

    @Test func anAcceptanceAfterACommitIsIgnored() {
        var delivery = Delivery()
        delivery.sent("M1")
        #expect(delivery.judge(answer("CA", to: "M1")) == .ends(.done))
        #expect(delivery.judge(answer("AA", to: "M1")) == .ignored)
        delivery.sent("M2")
        #expect(delivery.judge(answer("AA", to: "M1")) == .ignored)
        #expect(delivery.judge(answer("AA", to: "M2")) == .ends(.done))
    }

    @Test func anAnswerThatNothingWaitsForClosesTheConnection() {
        var delivery = Delivery()
        guard case .closes = delivery.judge(answer("AA", to: "M1")) else {
            Issue.record("credited")
            return
        }
    }

    @Test(arguments: ["no HL7", "MSH|^~\\&|PACS||||20260105||ACK|X1|P|2.5.1\r", "MSH|^~\\&|P||||2026||ACK|X1|P|2.5.1\rMSA|ZZ|M1\r"])
    func whatIsNoAcknowledgementClosesTheConnection(text: String) {
        guard case .closes = judged(Array(text.utf8)) else {
            Issue.record("credited")
            return
        }
    }

    @Test func pausesGrowToABound() {
        let schedule = RetrySchedule()
        let pauses = (1...12).map(schedule.pause)
        #expect(pauses.prefix(4) == [0.5, 1, 2, 4])
        #expect(pauses == pauses.sorted() && pauses.last == 300)
        #expect(schedule.pause(afterAttempts: 1_000_000) == 300)
    }
}
