import Board
import Foundation
import Worklist

/// Rooms and study files as `GET /api/v1/room` and `explain --json` write them.
enum SampleRooms {
    /// One alarm as JSON, `minutes` before `SampleLists.now`.
    static func alarm(_ id: String, _ kind: String, minutes: Double, _ text: String, acknowledgedBy name: String? = nil) -> String {
        let since = SampleLists.now.advanced(bySeconds: -minutes * 60).rfc3339
        let seen = name.map { "\"\($0)\"" } ?? "null"
        let at = name == nil ? "null" : "\"\(SampleLists.now.rfc3339)\""
        return """
            {"id": "\(id)", "kind": "\(kind)", "text": "\(text)", "what_to_do": "Read it now.", "since": "\(since)", "acknowledged_by": \(seen),
             "acknowledged_at": \(at), "study_instance_uid": null}
            """
    }

    /// 24 hours in which the hour `n` (0 the oldest) had `n` arrivals and half as many readings.
    static func room(alarms: [String] = [], receivers: String = "[]", queued: Int = 0) throws -> RoomStatus {
        let hours = (0..<24).map { "{\"from\": \"2026-03-01T00:00:00Z\", \"arrived\": \($0), \"read\": \($0 / 2)}" }
        let json = """
            {"taken_at": "2026-03-01T14:30:00Z", "change": 7, "policy": "class-capped", "is_open": true, "waiting": [], "oldest": null,
             "hours": [\(hours.joined(separator: ","))],
             "listener": {"port": 11112, "associations": 2, "received_total": 2341, "last_received_at": "2026-03-01T14:26:00Z", "rejected_total": 0},
             "scorer": {"queued": \(queued), "oldest_queued_at": \(queued > 0 ? "\"2026-03-01T14:20:00Z\"" : "null"), "last_scored_at": "2026-03-01T14:29:00Z",
                        "scored_total": 12, "failed_total": 1, "models": [{"name": "cxr", "version": "1.0", "sha256": "00"}]},
             "receivers": \(receivers), "disk": {"free_bytes": 51539607552, "total_bytes": 107374182400, "is_low": false},
             "alarms": [\(alarms.joined(separator: ","))]}
            """
        return try JSONDecoder().decode(RoomStatus.self, from: Data(json.utf8))
    }

    static let twoFeeds = """
        [{"name": "pacs:2575", "kind": "hl7", "waiting": 0, "oldest_waiting_at": null, "set_aside": 0, "last_error": null, "is_up": true},
         {"name": "ris:2575", "kind": "hl7", "waiting": 3, "oldest_waiting_at": "2026-03-01T14:18:00Z", "set_aside": 1, "last_error": "connection refused", "is_up": false}]
        """

    static func file(draft: String = "null") throws -> StudyFile {
        let json = """
            {"index": 10.25, "formula": "index = the sum of the values",
             "terms": [{"name": "pneumothorax", "probability": 0.83, "marginal_cost": 12, "value": 9.96}, {"name": "waiting", "probability": null, "marginal_cost": null, "value": 0.29}],
             "engine": "openblas", "order": {"reason": "dyspnoea", "procedure": null, "is_cancelled": false, "expected_images": 2},
             "earlier_studies": [{"study_date": "20250102", "study_description": "Chest pa", "category": "urgent", "open_finding": true, "report": null,
                                  "study_instance_uid": "1.9", "accession_number": "A9", "state": "scored", "findings": {}}],
             "draft": \(draft), "narrative": [{"part": "findings", "text": "Effusion is likely on the left.", "sources": []}],
             "instances": [{"sop_instance_uid": "1.2.3.1.1", "rows": 4, "columns": 4, "frames": 1, "view_position": "LL", "is_scored": false,
                         "unscored_reason": "lateral view", "findings": {}, "has_film": true},
                        {"sop_instance_uid": "1.2.3.1.2", "rows": 4, "columns": 4, "frames": 1, "view_position": "PA", "is_scored": true,
                         "unscored_reason": null, "findings": {"pneumothorax": 0.83, "effusion": 0.2}, "has_film": true}],
             "history": [{"time": "2026-03-01T14:10:00Z", "event": "received", "actor": "PACS", "detail": {"instance": "1.2"}}]}
            """
        return try StudyFile(json: Data(json.utf8))
    }

    static let openDraft = """
        {"id": "R12", "state": "drafted", "standing": "R12 is a draft", "text": "No acute finding.\\nHeart of normal size.", "sentences": [], "reasons": []}
        """

    static func state(_ studies: [Study], _ room: RoomStatus, columns: Int = 80, rows: Int = 24, person: Person? = nil) throws -> BoardState {
        var state = BoardState(source: "data /var/lib/firstread", size: BoardSize(columns: columns, rows: rows), person: person)
        var reading = try SampleLists.reading(studies)
        reading.room = room
        state.receive(reading)
        return state
    }
}
