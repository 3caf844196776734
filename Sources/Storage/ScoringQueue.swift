import GRDB
package import Worklist

/// A study that waits for the scorer, leased to one worker for a time.
package struct ScoringJob: Sendable, Hashable {
    package var study: Study
    package var round: Int
    /// How often it has been begun, this time included.
    package var attempts: Int
}

/// What scoring a study came to.
package struct ScoringOutcome: Sendable, Hashable {
    package var findings: [String: Double]
    package var findingImages: [String: String]
    package var category: Category
    package var model: ModelReference?
    package var unscoredReason: String?
    /// Checksums, engine and times, for the log.
    package var detail: Event.Detail

    package init(
        findings: [String: Double], findingImages: [String: String], category: Category, model: ModelReference?, unscoredReason: String?,
        detail: Event.Detail
    ) {
        self.findings = findings
        self.findingImages = findingImages
        self.category = category
        self.model = model
        self.unscoredReason = unscoredReason
        self.detail = detail
    }
}

extension WorklistStore {
    /// Hands out the study that has waited longest, and counts the attempt before it is made: one that brings the process down is counted too.
    package func leaseScoringJob(at now: Timestamp, leaseSeconds: Double) throws(StorageError) -> ScoringJob? {
        // A lease that ends much later than one could: the clock has been set back, and nobody holds it. Not merely later: a
        // worker that read the clock before another one may be served after it.
        let free = "leased_until <= $1 OR leased_until > $2"
        let bounds: StatementArguments = [now.microseconds, now.advanced(bySeconds: leaseSeconds + Self.clockMargin).microseconds]
        let isAny = try read { db in try db.row("SELECT 1 FROM scoring_job WHERE \(free) LIMIT 1", bounds) != nil }
        guard isAny else { return nil }
        return try commit { db in
            guard
                let row = try db.row(
                    "SELECT study_instance_uid, round, attempts FROM scoring_job WHERE \(free) ORDER BY queued_at LIMIT 1", bounds),
                let uid = UID(row[0] as String), let study = try db.study(uid)
            else { return nil }
            let attempts: Int = row[2] + 1
            try db.run(
                "UPDATE scoring_job SET leased_until = $1, attempts = $2 WHERE study_instance_uid = $3",
                [now.advanced(bySeconds: leaseSeconds).microseconds, attempts, uid.text])
            return ScoringJob(study: study, round: row[1], attempts: attempts)
        }
    }

    /// Gives a job back that was begun and could not be finished through no fault of the study; the attempt does not count.
    package func giveBack(_ job: ScoringJob, until: Timestamp) throws(StorageError) {
        try commit { db in
            try db.run(
                "UPDATE scoring_job SET leased_until = $1, attempts = $2 WHERE study_instance_uid = $3 AND round = $4",
                [until.microseconds, job.attempts - 1, job.study.studyInstanceUID.text, job.round])
        }
    }

    /// Leases of a process that is gone are void: called once at start, while the data folder is ours alone.
    package func releaseScoringLeases() throws(StorageError) {
        try commit { db in try db.run("UPDATE scoring_job SET leased_until = 0") }
    }

    /// Puts the outcome on the study and its announcements into the outbox, in one transaction.
    ///
    /// A study that was re-opened meanwhile keeps the outcome and its state; its next completion is scored and announced anew.
    /// The outcome of a round that is no longer the last one is dropped: that of the last one has come, or is coming.
    /// - Parameter announcements: the messages to send, made from the study as it now stands.
    package func record(
        _ outcome: ScoringOutcome, of job: ScoringJob, at now: Timestamp, announcements: (Study) throws -> [OutgoingMessage]
    ) throws(StorageError) {
        try commit { db in
            let uid = job.study.studyInstanceUID
            guard var study = try db.study(uid), study.assembly.round <= job.round else { return }
            study.findings = outcome.findings
            study.findingImages = outcome.findingImages
            study.category = outcome.category
            study.model = outcome.model
            study.unscoredReason = outcome.unscoredReason
            let isCurrent = study.assembly.isComplete && study.assembly.round == job.round
            if isCurrent, study.state == .queued { study.state = outcome.category == .unscored ? .unscored : .scored }
            try db.save(study)
            var detail = outcome.detail
            detail["round"] = String(job.round)
            detail["category"] = outcome.category.rawValue
            if let reason = outcome.unscoredReason { detail["reason"] = reason }
            try db.scoreReports(of: study)
            try db.log(outcome.category == .unscored ? .unscored : .scored, of: uid, by: "scorer", at: now, detail)
            for message in try announcements(study) { try db.enqueue(message, about: uid, at: now) }
            try db.run("DELETE FROM scoring_job WHERE study_instance_uid = $1 AND round = $2", [uid.text, job.round])
        }
    }

    /// How many studies wait for the scorer.
    package func scoringQueueLength() throws(StorageError) -> Int {
        Int(try read { db in try db.integer("SELECT COUNT(*) FROM scoring_job") })
    }
}
