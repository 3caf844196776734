/// What became of something that was sent to another system.
package enum DeliveryOutcome: Hashable, Sendable {
    /// The receiver has it.
    case done
    /// The receiver has it, and has something to say about it.
    case doneWithWarning(Reason)
    /// The receiver will never take it.
    case setAside(Reason)
    /// Not taken, or no answer that counts: again later, as it is.
    case retry(Reason)
    /// Nothing could be sent: nothing is known of this, nor of anything else for the same receiver.
    case unreachable(Reason)

    /// Why it did not get through.
    package struct Reason: Hashable, Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
        /// In our words: fit for a log.
        package var sentence: String
        /// In the receiver's words, which may name a patient: for the list alone. Empty where it said nothing.
        package var said: String

        package init(_ sentence: String, said: String = "") {
            self.sentence = sentence
            self.said = said
        }

        package init(stringLiteral sentence: String) { self.init(sentence) }

        package var description: String { said.isEmpty ? sentence : "\(sentence): \(said)" }
    }
}
