import GRDB
package import Worklist

extension WorklistStore {
    /// The number that the patient bears now, whatever merges there were; the same one where there were none.
    package func presentNumber(of number: PatientNumber) throws(StorageError) -> PatientNumber { try read { db in try db.present(number) } }

    /// All studies of a patient, found by any number that the patient has or had.
    package func studies(ofPatient id: String) throws(StorageError) -> [Study] {
        guard !id.isEmpty else { return [] }
        return try read { db in
            try db.studies(where: "patient_id = $1 ORDER BY received_at, study_instance_uid", [try db.present(PatientNumber(id: id)).id])
        }
    }
}

extension Transaction {
    /// Follows the merges from a number to the one that took its place. A number that two issuers gave up for different ones stays
    /// as it is where its issuer is not named: which patient is meant can't be told.
    func present(_ number: PatientNumber) throws -> PatientNumber {
        var present = number
        var passed: Set<String> = []
        while !present.id.isEmpty, passed.insert(present.id).inserted {
            let steps = try rows("SELECT surviving_id, surviving_issuer, prior_issuer FROM patient_merge WHERE prior_id = $1", [present.id])
                .map { (to: PatientNumber(id: $0[0], issuer: $0[1]), priorIssuer: $0[2] as String) }
                .filter { present.agrees(with: PatientNumber(id: present.id, issuer: $0.priorIssuer)) }
            let exact = steps.filter { $0.priorIssuer == present.issuer }
            let chosen = exact.isEmpty ? steps : exact
            guard let next = chosen.first?.to, chosen.allSatisfy({ $0.to.id == next.id }) else { break }
            present = PatientNumber(id: next.id, issuer: next.issuer.isEmpty ? present.issuer : next.issuer)
        }
        return present
    }

    /// Keeps what the patients' own system says, unless something newer is here, and applies it to the patient's studies and orders.
    func take(_ record: PatientRecord, _ cause: Cause) throws {
        guard let record = try keep(record) else { return }
        for var order in try orders(where: "patient_id = $1", [record.number.id])
        where record.number.agrees(with: PatientNumber(id: order.patientID, issuer: order.issuerOfPatientID)) && order.messageTime <= record.messageTime {
            order.patientName = record.name ?? order.patientName
            order.patientBirthDate = record.birthDate ?? order.patientBirthDate
            order.patientSex = record.sex ?? order.patientSex
            try keep(order)
        }
        for var study in try studies(of: record.number) {
            let before = study
            let changes = study.apply(record)
            if !changes.isEmpty { try log(.patientUpdated, of: study.studyInstanceUID, by: cause.actor, at: cause.at, cause.detail(changes)) }
            let action = try joinOrder(&study, cause)
            if study != before || action != .none { try settle(&study, after: before, action, cause) }
        }
    }

    /// - Returns: the record as it stands now; nil where a newer one is here.
    private func keep(_ record: PatientRecord) throws -> PatientRecord? {
        var record = record
        if let known = try self.record(of: record.number, exactly: true) {
            guard known.messageTime <= record.messageTime else { return nil }
            record = record.completed(from: known)
        }
        try run(
            """
            INSERT INTO patient (patient_id, issuer_of_patient_id, message_time, content) VALUES ($1, $2, $3, $4)
            ON CONFLICT (patient_id, issuer_of_patient_id) DO UPDATE SET message_time = excluded.message_time, content = excluded.content
            """, [record.number.id, record.number.issuer, record.messageTime, try JSONText.encode(record)])
        return record
    }

    /// The newest record of the number, of any issuer that does not contradict it.
    private func record(of number: PatientNumber, exactly: Bool = false) throws -> PatientRecord? {
        try rows("SELECT content FROM patient WHERE patient_id = $1 ORDER BY message_time DESC", [number.id])
            .compactMap { try? JSONText.decode($0[0]) as PatientRecord }
            .first { exactly ? $0.number == number : $0.number.agrees(with: number) }
    }

    private func studies(of number: PatientNumber) throws -> [Study] {
        guard !number.id.isEmpty else { return [] }
        return try studies(where: "patient_id = $1 ORDER BY study_instance_uid", [number.id]).filter { $0.patientNumber.agrees(with: number) }
    }

    /// What was known of the patient before the first image came: a merge of the number that the images bear, and the patient's data.
    func takeRecord(of study: inout Study, whoseImagesSay own: PatientNumber, at now: Timestamp) throws {
        if study.patientID != own.id {
            try log(.patientMerged, of: study.studyInstanceUID, by: "earlier merge", at: now, ["from": own.id, "to": study.patientID])
        }
        guard !study.patientID.isEmpty, let record = try record(of: study.patientNumber) else { return }
        for sentence in study.differences(from: record) { study.note(conflict: sentence) }
        let changes = study.apply(record)
        if !changes.isEmpty { try log(.patientUpdated, of: study.studyInstanceUID, by: "earlier record", at: now, changes) }
    }

    // MARK: Merges

    /// Gives everything that bears the prior number to the surviving one, now and whenever it comes.
    func take(_ merge: PatientMerge, _ cause: Cause) throws {
        let (prior, surviving, time) = (merge.prior, merge.surviving.number, merge.surviving.messageTime)
        let known = try row("SELECT message_time FROM patient_merge WHERE prior_id = $1 AND prior_issuer = $2", [prior.id, prior.issuer])
        if let known, (known[0] as String) > time { return }
        // An earlier merge says the opposite: the newer one holds.
        if try present(surviving).id == prior.id {
            try run(
                "DELETE FROM patient_merge WHERE prior_id = $1 AND (prior_issuer = $2 OR prior_issuer = '' OR $2 = '') AND message_time <= $3",
                [surviving.id, surviving.issuer, time])
            guard try present(surviving).id != prior.id else { return }
        }
        try run(
            """
            INSERT INTO patient_merge (prior_id, prior_issuer, surviving_id, surviving_issuer, message_time, merged_at, sender, control_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (prior_id, prior_issuer) DO UPDATE SET surviving_id = excluded.surviving_id, surviving_issuer = excluded.surviving_issuer,
            message_time = excluded.message_time, merged_at = excluded.merged_at, sender = excluded.sender, control_id = excluded.control_id
            """, [prior.id, prior.issuer, surviving.id, surviving.issuer, time, cause.at.microseconds, cause.actor, cause.controlID])
        let target = try present(surviving)
        try moveOrders(from: prior, to: target)
        try moveReports(from: prior, to: target)
        var moved: Set<UID> = []
        for var study in try studies(of: prior) + studies(of: target) {
            let before = study
            study.follow(prior, to: target)
            guard study != before else { continue }
            if study.patientID != before.patientID {
                moved.insert(study.studyInstanceUID)
                try log(
                    .patientMerged, of: study.studyInstanceUID, by: cause.actor, at: cause.at,
                    cause.detail(["from": before.patientID, "to": study.patientID]))
            }
            try save(study)
        }
        try take(merge.surviving, cause)
        // Everything of the patient's is in its place now: what belongs together can be seen.
        for study in try studies(of: target) { try look(anewAt: study, hasMoved: moved.contains(study.studyInstanceUID), cause) }
    }

    private func look(anewAt study: Study, hasMoved: Bool, _ cause: Cause) throws {
        // Read again: what was done for another study may have changed this one.
        guard var study = try self.study(study.studyInstanceUID) else { return }
        let before = study
        if hasMoved, let record = try record(of: study.patientNumber) {
            let changes = study.apply(record)
            if !changes.isEmpty { try log(.patientUpdated, of: study.studyInstanceUID, by: cause.actor, at: cause.at, cause.detail(changes)) }
        }
        let action = try joinOrder(&study, cause)
        if study.assembly.isComplete, study.state != .reported { try meetWaitingReports(&study, at: cause.at) }
        if study != before || action != .none { try settle(&study, after: before, action, cause) }
        if hasMoved { try rejoinOthers(than: study, cause) }
    }

    /// Where both numbers have the same order, the newer message's stays.
    private func moveOrders(from prior: PatientNumber, to target: PatientNumber) throws {
        for var order in try orders(where: "patient_id = $1", [prior.id])
        where prior.agrees(with: PatientNumber(id: order.patientID, issuer: order.issuerOfPatientID)) {
            try run("DELETE FROM imaging_order WHERE order_number = $1 AND patient_id = $2", [order.number, prior.id])
            try run("UPDATE order_of_study SET patient_id = $1 WHERE order_number = $2 AND patient_id = $3", [target.id, order.number, prior.id])
            order.patientID = target.id
            if !target.issuer.isEmpty { order.issuerOfPatientID = target.issuer }
            if let other = try self.order(order.number, of: target.id), other.messageTime > order.messageTime { continue }
            try keep(order)
        }
    }

    private func moveReports(from prior: PatientNumber, to target: PatientNumber) throws {
        try run(
            """
            UPDATE final_report SET patient_id = $1, issuer_of_patient_id = $2
            WHERE patient_id = $3 AND (issuer_of_patient_id = $4 OR issuer_of_patient_id = '' OR $4 = '')
            """, [target.id, target.issuer, prior.id, prior.issuer])
    }
}
