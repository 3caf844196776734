import GRDB
package import Worklist

extension WorklistStore {
    /// What became of a study: its final reports, oldest first, each beside the score that stood when it came.
    package func outcomes(of study: UID) throws(StorageError) -> [Outcome] { try read { db in try db.outcomes(of: study) } }

    /// Final reports whose images are not here, or bear another patient's number.
    package func waitingReports() throws(StorageError) -> Int {
        Int(try read { db in try db.integer("SELECT COUNT(*) FROM final_report WHERE study_instance_uid = ''") })
    }
}

extension Transaction {
    func outcomes(of study: UID) throws -> [Outcome] {
        try rows(
            """
            SELECT content, received_at, sender, category, findings, model FROM final_report WHERE study_instance_uid = $1
            ORDER BY message_time, report_id
            """, [study.text]
        ).compactMap { row in
            guard let report: FinalReport = try? JSONText.decode(row[0]) else {
                damage.note("the record of a report on study \(study.text) is damaged: it is left out")
                return nil
            }
            return Outcome(
                report: report, receivedAt: Timestamp(microseconds: row[1]), sender: row[2], category: (row[3] as String?).flatMap { Category(rawValue: $0) },
                findings: (try? JSONText.decode(row[4])) ?? [:], model: (row[5] as String?).flatMap { try? JSONText.decode($0) })
        }
    }

    /// Closes the studies that the report is of; one whose images are not here is kept until they come.
    func take(_ report: FinalReport, _ cause: Cause) throws {
        var report = report
        let number = try present(PatientNumber(id: report.patientID, issuer: report.issuerOfPatientID))
        (report.patientID, report.issuerOfPatientID) = (number.id, number.issuer)
        guard try !isOutdated(report) else { return }
        var isMet = false
        for var study in try studies(meantBy: report) {
            let before = study
            if study.patientID == report.patientID {
                isMet = true
                try close(&study, with: report, cause)
            } else {
                study.note(conflict: "a final report came for patient ID \(report.patientID), the images say \(study.patientID): the study stays on the list")
            }
            if study != before { try save(study) }
        }
        if !isMet { try keep(report, of: nil, cause) }
    }

    /// The study that the report names by UID; where that is not here, those with its accession number, if it has one.
    private func studies(meantBy report: FinalReport) throws -> [Study] {
        if let uid = UID(report.studyInstanceUID), let study = try study(uid) { return [study] }
        guard !report.accessionNumber.isEmpty else { return [] }
        return try studies(where: "accession_number = $1 ORDER BY study_instance_uid", [report.accessionNumber])
    }

    private func isOutdated(_ report: FinalReport) throws -> Bool {
        try row(
            "SELECT 1 FROM final_report WHERE accession_number = $1 AND named_study = $2 AND patient_id = $3 AND message_time > $4 LIMIT 1",
            [report.accessionNumber, report.studyInstanceUID, report.patientID, report.messageTime]) != nil
    }

    /// The caller saves the study.
    private func close(_ study: inout Study, with report: FinalReport, _ cause: Cause) throws {
        let earlier = try outcomes(of: study.studyInstanceUID).last?.report
        // A reporting system repeats itself, under a new control ID: the same words about a study that is closed change nothing.
        if let earlier, study.state == .reported, earlier.text == report.text, earlier.status == report.status { return }
        try keep(report, of: study, cause)
        try logReport(report, on: study, isFirst: earlier == nil, by: cause.actor, at: cause.at, cause.detail([:]))
        study.report(at: cause.at)
        withdrawReportSentences(&study)
    }

    private func keep(_ report: FinalReport, of study: Study?, _ cause: Cause) throws {
        let score = study.flatMap { $0.hasBeenScored ? $0 : nil }
        try run(
            """
            INSERT INTO final_report (study_instance_uid, accession_number, named_study, patient_id, issuer_of_patient_id, message_time,
            received_at, sender, control_id, content, category, findings, model)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """,
            [
                study?.studyInstanceUID.text ?? "", report.accessionNumber, report.studyInstanceUID, report.patientID, report.issuerOfPatientID,
                report.messageTime, cause.at.microseconds, cause.actor, cause.controlID, try JSONText.encode(report), score?.category.rawValue,
                try JSONText.encode(score?.findings ?? [:]), try score?.model.map { try JSONText.encode($0) },
            ])
    }

    /// A report that came while the study was being scored gets its score when there is one.
    func scoreReports(of study: Study) throws {
        try run(
            "UPDATE final_report SET category = $1, findings = $2, model = $3 WHERE study_instance_uid = $4 AND category IS NULL",
            [
                study.category.rawValue, try JSONText.encode(study.findings), try study.model.map { try JSONText.encode($0) },
                study.studyInstanceUID.text,
            ])
    }

    /// Reports that came before the study was whole: one made after its images were taken closes it, an older one is shown. The caller saves it.
    func meetWaitingReports(_ study: inout Study, at now: Timestamp) throws {
        let waiting = try rows(
            """
            SELECT report_id, content, sender, control_id FROM final_report WHERE study_instance_uid = '' AND patient_id = $1
            AND (named_study = $2 OR (named_study = '' AND accession_number = $3 AND accession_number <> '')) ORDER BY message_time, report_id
            """, [study.patientID, study.studyInstanceUID.text, study.accessionNumber])
        for row in waiting where !study.patientID.isEmpty {
            guard let report: FinalReport = try? JSONText.decode(row[1]) else { continue }
            guard report.canBe(of: study) else {
                study.note(conflict: "a final report of \(report.reportedAt.prefix(8)) came before these images had been taken: the study stays on the list")
                continue
            }
            let earlier = try outcomes(of: study.studyInstanceUID).last?.report
            try run("UPDATE final_report SET study_instance_uid = $1 WHERE report_id = $2", [study.studyInstanceUID.text, row[0] as Int64])
            if study.hasBeenScored { try scoreReports(of: study) }
            study.report(at: now)
            if let earlier, earlier.text == report.text, earlier.status == report.status { continue }
            try logReport(report, on: study, isFirst: earlier == nil, by: row[2], at: now, ["control_id": row[3], "came": "before the images"])
            withdrawReportSentences(&study)
        }
    }

    private func withdrawReportSentences(_ study: inout Study) { study.conflicts.removeAll { $0.hasPrefix("a final report ") } }

    /// All that learning from it needs: the words, and the figures that they are to be held against.
    private func logReport(
        _ report: FinalReport, on study: Study, isFirst: Bool, by actor: String, at now: Timestamp, _ more: Event.Detail
    ) throws {
        var detail: Event.Detail = [
            "status": report.status.rawValue, "text": report.text, "author": report.author, "reported_at": report.reportedAt,
            "category": study.hasBeenScored ? study.category.rawValue : "",
        ]
        if let model = study.model {
            detail["model"] = "\(model.name) \(model.version)"
            detail["weights_sha256"] = model.sha256
            detail["findings"] = try JSONText.encode(study.findings)
        }
        try log(
            isFirst ? .reported : .reportCorrected, of: study.studyInstanceUID, by: actor, at: now,
            detail.filter { !$0.value.isEmpty }.merging(more) { own, _ in own })
    }
}

extension Study {
    fileprivate var hasBeenScored: Bool { model != nil || unscoredReason != nil }
}
