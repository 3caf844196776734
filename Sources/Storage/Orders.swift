import GRDB
package import Worklist

extension WorklistStore {
    /// The answer that a repeated MSH-10 of this sender got the first time.
    package func earlierAnswer(to controlID: String, from sender: String) throws(StorageError) -> String? {
        try read { db in
            try db.row("SELECT answer FROM received_message WHERE sender = $1 AND control_id = $2", [sender, controlID]).map { $0[0] }
        }
    }

    /// Takes orders in, joins them to the images that are here already, and keeps the answer for a repetition of the message.
    ///
    /// - Returns: how many studies they changed.
    @discardableResult
    package func record(
        _ orders: [ImagingOrder], controlID: String, sender: String, answer: String, at now: Timestamp
    ) throws(StorageError) -> Int {
        try commit { db in
            try db.keepAnswer(answer, to: controlID, from: sender, at: now)
            return try orders.reduce(0) { changed, order in try changed + db.take(order, controlID: controlID, sender: sender, at: now) }
        }
    }

    /// Takes reported studies off the list, and keeps the answer for a repetition of the message.
    ///
    /// - Returns: how many studies left the list.
    @discardableResult
    package func record(
        _ reports: [FinalReport], controlID: String, sender: String, answer: String, at now: Timestamp
    ) throws(StorageError) -> Int {
        try commit { db in
            try db.keepAnswer(answer, to: controlID, from: sender, at: now)
            var left = 0
            for report in reports {
                for var study in try db.studies(meantBy: report) {
                    guard study.patientID == report.patientID else {
                        study.note(conflict: "a final report came for patient ID \(report.patientID), the images say \(study.patientID): the study stays on the list")
                        try db.save(study)
                        continue
                    }
                    guard study.state != .reported else { continue }
                    study.state = .reported
                    try db.log(.reported, of: study.studyInstanceUID, by: sender, at: now, ["control_id": controlID])
                    try db.save(study)
                    left += 1
                }
            }
            return left
        }
    }

    /// Keeps the answer to a message that changed nothing, so that its repetition gets the same one.
    package func keepAnswer(_ answer: String, to controlID: String, from sender: String, at now: Timestamp) throws(StorageError) {
        try commit { db in try db.keepAnswer(answer, to: controlID, from: sender, at: now) }
    }
}

/// A study that somebody has reported, as the reporting system names it.
package struct FinalReport: Hashable, Sendable {
    package var accessionNumber: String
    /// Empty where it is not named; then the accession number identifies.
    package var studyInstanceUID: String
    package var patientID: String

    package init(accessionNumber: String, studyInstanceUID: String, patientID: String) {
        self.accessionNumber = accessionNumber
        self.studyInstanceUID = studyInstanceUID
        self.patientID = patientID
    }
}

extension Transaction {
    /// The study that the report names by UID; where that is not here, those with its accession number, if it has one.
    func studies(meantBy report: FinalReport) throws -> [Study] {
        if let uid = UID(report.studyInstanceUID), let study = try study(uid) { return [study] }
        guard !report.accessionNumber.isEmpty else { return [] }
        return try studies(where: "accession_number = $1", [report.accessionNumber])
    }

    /// Keeps the order unless a newer one is here, and joins it; returns how many studies it changed.
    func take(_ order: ImagingOrder, controlID: String, sender: String, at now: Timestamp) throws -> Int {
        let known = try row(
            "SELECT message_time FROM imaging_order WHERE accession_number = $1 AND patient_id = $2", [order.accessionNumber, order.patientID])
        if let known, (known[0] as String) > order.messageTime { return 0 }
        try run(
            """
            INSERT INTO imaging_order (accession_number, patient_id, message_time, content) VALUES ($1, $2, $3, $4)
            ON CONFLICT (accession_number, patient_id) DO UPDATE SET message_time = excluded.message_time, content = excluded.content
            """, [order.accessionNumber, order.patientID, order.messageTime, try JSONText.encode(order)])
        var changed = 0
        for var study in try studies(where: "accession_number = $1", [order.accessionNumber]) {
            let before = study
            let action = study.join(order)
            guard study != before || action != .none else { continue }
            try log(.ordered, of: study.studyInstanceUID, by: sender, at: now, ["control_id": controlID, "priority": order.priority.rawValue])
            try conclude(action, &study, at: now)
            changed += 1
        }
        return changed
    }

    func keepAnswer(_ answer: String, to controlID: String, from sender: String, at now: Timestamp) throws {
        try run(
            """
            INSERT INTO received_message (sender, control_id, received_at, answer) VALUES ($1, $2, $3, $4)
            ON CONFLICT (sender, control_id) DO NOTHING
            """, [sender, controlID, now.microseconds, answer])
    }

    /// Joins the order that came before the images, if there is one; nil where there is none.
    func joinWaitingOrder(_ study: inout Study, at now: Timestamp) throws -> StudyAssembly.Action? {
        guard !study.accessionNumber.isEmpty else { return nil }
        let orders = try rows("SELECT content FROM imaging_order WHERE accession_number = $1 ORDER BY message_time", [study.accessionNumber])
        guard !orders.isEmpty else { return nil }
        let before = study
        var action: StudyAssembly.Action = .none
        let matching = try orders.map { try JSONText.decode($0[0]) as ImagingOrder }
        // An order of the right patient settles it; others are conflicts only while there is none.
        for order in matching.contains(where: { $0.patientID == study.patientID }) ? matching.filter({ $0.patientID == study.patientID }) : matching {
            let joined = study.join(order)
            if joined != .none { action = joined }
        }
        if study.orderPriority != before.orderPriority || study.conflicts != before.conflicts || study.patientClass != before.patientClass {
            try log(.ordered, of: study.studyInstanceUID, by: "order", at: now, ["priority": study.orderPriority.rawValue])
        }
        return action
    }
}
