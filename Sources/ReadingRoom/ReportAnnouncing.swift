import HL7
import Reporting
import Storage
import Worklist

/// Makes the messages that tell each receiver how a report stands.
struct ReportAnnouncing: Sendable {
    let feeds: [String]

    func messages(about draft: Draft, of study: Study, at now: Timestamp) -> [OutgoingMessage] {
        feeds.map { feed in
            let controlID = ControlID.new()
            let announcement = ReportAnnouncement(
                study, reportID: draft.id, text: draft.announcedText, status: draft.announcedStatus, signer: draft.signer, controlID: controlID, at: now)
            return OutgoingMessage(feed: feed, controlID: controlID, body: ReportMessage.report(announcement).encoded)
        }
    }
}

extension Draft {
    fileprivate var announcedStatus: ReportAnnouncement.Status {
        switch state {
        case .drafted: .draft
        case .signed: versions.count > 2 ? .corrected : .signed
        case .rejected, .superseded: .withdrawn
        }
    }

    fileprivate var announcedText: String { announcedStatus == .withdrawn ? withdrawal : text }

    fileprivate var signer: String { state == .signed ? versions.last?.by ?? "" : "" }
}
