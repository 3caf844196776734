import HL7
import Storage
import Worklist

/// Makes the messages that tell each receiver about a study, from the study as it stands.
struct Announcing: Sendable {
    let feed: FeedSettings
    let view: WorklistView

    func messages(about study: Study, at now: Timestamp) -> [OutgoingMessage] {
        // Alone on the list: reasons and urgency of the study itself, whatever else waits.
        let place = view.ordering.policy.place(of: study, under: view.policy, at: now)
        return feed.addresses.map { address in
            let controlID = ControlID.new()
            let announcement = UrgencyAnnouncement(study, place: place, controlID: controlID, at: now)
            let message = feed.format == .omi ? UrgencyMessage.imagingOrder(announcement) : UrgencyMessage.generalOrder(announcement)
            return OutgoingMessage(feed: address.description, controlID: controlID, body: message.encoded)
        }
    }
}

/// Message Control IDs (MSH-10): 20 characters, unique over all databases and restarts because 90 of their bits are random.
enum ControlID {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    static func new() -> String {
        var generator = SystemRandomNumberGenerator()
        return "FR" + String((0..<18).map { _ in alphabet[Int(generator.next() & 31)] })
    }
}
