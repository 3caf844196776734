import GRDB
package import Worklist

/// An object that lies in the archive and waits to be recorded.
package struct Reception: Sendable, Hashable {
    package var header: ObjectHeader
    package var address: StudyArchive.Address
    package var kept: StudyArchive.Kept
    package var bytes: Int
    package var callingAETitle: String
    package var at: Timestamp
    /// One of our own that came back: kept, and otherwise nothing to do with the study.
    package var isOwnResult: Bool

    package init(
        header: ObjectHeader, address: StudyArchive.Address, kept: StudyArchive.Kept, bytes: Int, callingAETitle: String, at: Timestamp,
        isOwnResult: Bool = false
    ) {
        self.isOwnResult = isOwnResult
        self.header = header
        self.address = address
        self.kept = kept
        self.bytes = bytes
        self.callingAETitle = callingAETitle
        self.at = at
    }
}

/// A file of the archive that belongs to a study.
package struct StoredInstance: Sendable, Hashable {
    package var file: String
    package var sopInstanceUID: String
    package var sopClassUID: String
    package var seriesInstanceUID: String
}

extension WorklistStore {
    /// Records an object; when this returns, success may be answered.
    ///
    /// - Parameter announcements: the messages about another study whose announced priority this changes.
    /// - Returns: what it meant for the study, so that a waiting scorer can be told.
    package func record(_ reception: Reception, announcements: @escaping Announcements = { _ in [] }) throws(StorageError) -> StudyAssembly.Action {
        try commit { db in
            let address = reception.address
            let earlier = try db.rows(
                "SELECT file, study_instance_uid FROM instance WHERE sop_instance_uid = $1 ORDER BY received_at", [address.instance.text])
            // A sender that missed our answer sends again: nothing new to record.
            if earlier.contains(where: { $0[0] == reception.kept.file }) { return .none }

            let isFirstOfThisStudy = !earlier.contains { $0[1] == address.study.text }
            try db.run(
                """
                INSERT INTO instance (file, sop_instance_uid, sop_class_uid, transfer_syntax_uid, series_instance_uid, study_instance_uid,
                is_used, bytes, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """,
                [
                    reception.kept.file, address.instance.text, reception.header.sopClassUID, reception.header.transferSyntaxUID,
                    address.series.text, address.study.text, isFirstOfThisStudy && !reception.isOwnResult ? 1 : 0, reception.bytes,
                    reception.at.microseconds,
                ])
            let facts = [
                "sop_instance_uid": address.instance.text, "file": reception.kept.file, "calling_ae_title": reception.callingAETitle,
                "bytes": String(reception.bytes),
            ]
            if reception.isOwnResult {
                try db.log(.returned, of: address.study, by: "listener", at: reception.at, facts)
                return .none
            }
            let known = try db.study(address.study)
            var study = known ?? Study(studyInstanceUID: address.study, receivedAt: reception.at)
            if earlier.contains(where: { $0[1] != address.study.text }) {
                study.note(conflict: "SOP Instance \(address.instance) came in another study too: each is kept and used in its own")
            }
            guard isFirstOfThisStudy else {
                study.note(conflict: "SOP Instance \(address.instance) came twice with different content: the first one is used, both are kept")
                try db.save(study)
                try db.log(.receivedDifferently, of: address.study, by: "listener", at: reception.at, facts)
                return .none
            }

            let accessionNumber = study.accessionNumber
            let own = PatientNumber(id: reception.header.patientID, issuer: reception.header.issuerOfPatientID)
            let present = known?.patientID == own.id ? own : try db.present(own)
            var header = reception.header
            (header.patientID, header.issuerOfPatientID) = (present.id, present.issuer)
            study.describe(by: header)
            let action = study.assembly.receive(at: reception.at, expected: reception.header.numberOfStudyRelatedInstances)
            try db.log(.received, of: address.study, by: "listener", at: reception.at, facts)
            // What nobody has read yet brings a reported study back, complete or not.
            if action == .reopened || study.state == .reported {
                study.reopen()
                try db.log(.reopened, of: address.study, by: "listener", at: reception.at, [:])
            }
            let isNew = known == nil
            if isNew { try db.takeRecord(of: &study, whoseImagesSay: own, at: reception.at) }
            guard isNew || study.accessionNumber != accessionNumber else {
                try db.conclude(action, &study, at: reception.at)
                return action
            }
            let cause = Cause(actor: "order", at: reception.at, announcements: announcements)
            let joined = try db.joinOrder(&study, cause)
            let last = joined == .none ? action : joined
            try db.conclude(last, &study, at: reception.at)
            try db.rejoinOthers(than: study, cause)
            return last
        }
    }

    /// Completes every study for which no image has come for `quietSeconds`.
    ///
    /// - Returns: how many were completed, and when the next one falls due.
    package func completeQuietStudies(at now: Timestamp, quietSeconds: Double) throws(StorageError) -> (completed: Int, nextDeadline: Timestamp?) {
        let horizon = now.advanced(bySeconds: -quietSeconds)
        let due = try read { db in
            // One that was received well after now: the clock has been set back, and its silence is counted from now on.
            try db.rows(
                """
                SELECT study_instance_uid FROM study WHERE is_complete = 0 AND (last_received_at <= $1 OR last_received_at > $2)
                ORDER BY last_received_at LIMIT 1000
                """, [horizon.microseconds, now.advanced(bySeconds: Self.clockMargin).microseconds]
            ).compactMap { UID($0[0] as String) }
        }
        var completed = 0
        for uid in due {
            completed += try commit { db in
                // Read again: an image may have come since.
                guard var study = try db.study(uid) else { return 0 }
                let before = study.assembly
                let action = study.assembly.elapse(to: now, quietSeconds: quietSeconds)
                guard action != .none else {
                    if study.assembly != before { try db.save(study) }
                    return 0
                }
                try db.conclude(action, &study, at: now)
                return 1
            }
        }
        let next = try read { db in try db.row("SELECT MIN(last_received_at) FROM study WHERE is_complete = 0") }
        let oldest = next.flatMap { $0[0] as Int64? }.map { Timestamp(microseconds: $0).advanced(bySeconds: quietSeconds) }
        return (completed, oldest)
    }

    /// The files of a study that count, in order of arrival.
    package func instances(of study: UID) throws(StorageError) -> [StoredInstance] {
        try read { db in
            try db.rows(
                """
                SELECT file, sop_instance_uid, sop_class_uid, series_instance_uid FROM instance
                WHERE study_instance_uid = $1 AND is_used = 1 ORDER BY received_at, file
                """, [study.text]
            ).map { StoredInstance(file: $0[0], sopInstanceUID: $0[1], sopClassUID: $0[2], seriesInstanceUID: $0[3]) }
        }
    }
}

extension Transaction {
    /// Saves a study after its assembly has moved, and queues it for scoring where it is complete.
    func conclude(_ action: StudyAssembly.Action, _ study: inout Study, at now: Timestamp) throws {
        if case .completed(let round) = action {
            study.completedAt = now
            try log(.completed, of: study.studyInstanceUID, by: "assembly", at: now, ["round": String(round), "images": String(study.assembly.instances)])
            try meetWaitingReports(&study, at: now)
            // A final report came before the silence had lasted, or before the images: the study is read, and nothing more is to be done.
            if study.state != .reported {
                study.state = .queued
                try run(
                    """
                    INSERT INTO scoring_job (study_instance_uid, round, queued_at, leased_until, attempts) VALUES ($1, $2, $3, 0, 0)
                    ON CONFLICT (study_instance_uid) DO UPDATE SET round = excluded.round, queued_at = excluded.queued_at, leased_until = 0, attempts = 0
                    """, [study.studyInstanceUID.text, round, now.microseconds])
            }
        }
        try save(study)
    }
}
