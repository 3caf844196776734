import HL7
import Testing
import Worklist

@Suite struct MutationTests {
    private static let codes: Set<String> = ["AA", "AE", "AR"]

    /// 200,000 messages in eight parts, which run beside each other.
    @Test(arguments: 1...8)
    func whateverComesIsAnsweredAndTheAnswerIsAMessage(seed: UInt64) throws {
        var messages = MutatedMessages(seed: seed)
        var taken = 0
        for number in 0..<25_000 {
            let bytes = messages.message()
            let answer = Self.answer(to: bytes, &taken)
            // Reading the answer back costs as much as making it: one in ten stands for all.
            guard number.isMultiple(of: 10) else { continue }
            let encoded = Array(answer.encoded.utf8)
            let read = try Message(parsing: encoded)
            #expect(Self.codes.contains(read["MSA"]?.text(1) ?? ""))
            #expect(read["MSA"]?.text(1) == "AA" || (read["ERR"]?.text(2).count == 3 && read["ERR"]?.text(8).isEmpty == false), "no place, or no words")
            #expect(!encoded.contains(0x0B) && !encoded.contains(0x1C), "the frame's marks stand in an answer")
        }
        #expect(taken > 1000, "hardly a message was whole: the test reaches nothing")
    }

    private static func answer(to bytes: [UInt8], _ taken: inout Int) -> Message {
        let now = Timestamp(microseconds: 1_767_600_000_000_000)
        do throws(MessageError) {
            let message = try Message(parsing: bytes)
            do throws(MessageError) {
                _ = try message.intake()
                taken += 1
                return message.accepted(at: now, answerID: "R1")
            } catch {
                return message.refused(error, at: now, answerID: "R1")
            }
        } catch {
            return Message.refused(unreadable: bytes, error, at: now, answerID: "R1")
        }
    }
}
