import GRDB
package import Worklist

extension WorklistStore {
    /// The order that a study belongs to; nil where it belongs to none.
    package func order(of study: UID) throws(StorageError) -> ImagingOrder? {
        try read { db in
            guard let row = try db.row("SELECT order_number, patient_id FROM order_of_study WHERE study_instance_uid = $1", [study.text]) else { return nil }
            return try db.order(row[0], of: row[1])
        }
    }
}

extension Transaction {
    /// Keeps the order unless a newer one is here, and looks anew at every study that it may concern.
    func take(_ order: ImagingOrder, _ cause: Cause) throws {
        var order = order
        let number = try present(PatientNumber(id: order.patientID, issuer: order.issuerOfPatientID))
        (order.patientID, order.issuerOfPatientID) = (number.id, number.issuer)
        if let known = try self.order(order.number, of: order.patientID) {
            guard known.messageTime <= order.messageTime else { return }
            order = order.completed(from: known)
        }
        order.leftOut = []
        if !order.accessionNumber.isEmpty, !order.studyInstanceUID.isEmpty {
            // It was known by its study alone, and has got its number now.
            try run("DELETE FROM imaging_order WHERE order_number = $1 AND patient_id = $2", [order.studyInstanceUID, order.patientID])
        }
        try keep(order)
        for study in try studies(concernedBy: order) { try rejoin(study, cause) }
    }

    func keep(_ order: ImagingOrder) throws {
        try run(
            """
            INSERT INTO imaging_order (order_number, patient_id, study_instance_uid, message_time, content) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (order_number, patient_id) DO UPDATE SET study_instance_uid = excluded.study_instance_uid,
            message_time = excluded.message_time, content = excluded.content
            """, [order.number, order.patientID, order.studyInstanceUID, order.messageTime, try JSONText.encode(order)])
    }

    func order(_ number: String, of patientID: String) throws -> ImagingOrder? {
        try orders(where: "order_number = $1 AND patient_id = $2", [number, patientID]).first
    }

    /// One whose record is damaged is left out, and told of.
    func orders(where condition: String, _ arguments: StatementArguments) throws -> [ImagingOrder] {
        try rows("SELECT content FROM imaging_order WHERE \(condition) ORDER BY message_time, order_number", arguments).compactMap { row in
            guard let order: ImagingOrder = try? JSONText.decode(row[0]) else {
                damage.note("the record of an order is damaged: it is left out")
                return nil
            }
            return order
        }
    }

    /// Those that it names come first: what they take is free for no other.
    private func studies(concernedBy order: ImagingOrder) throws -> [UID] {
        let named = try rows(
            """
            SELECT study_instance_uid FROM study WHERE accession_number = $1 AND accession_number <> ''
            UNION SELECT study_instance_uid FROM study WHERE study_instance_uid = $2 ORDER BY study_instance_uid
            """, [order.accessionNumber, order.studyInstanceUID])
        let others = try rows(
            """
            SELECT study_instance_uid FROM order_of_study WHERE order_number = $1 AND patient_id = $2
            UNION SELECT study_instance_uid FROM study WHERE patient_id = $2 AND accession_number = '' ORDER BY study_instance_uid
            """, [order.number, order.patientID])
        var seen: Set<String> = []
        return (named + others).compactMap { row in seen.insert(row[0]).inserted ? UID(row[0] as String) : nil }
    }

    /// Looks anew at which order the study belongs to, and saves what that changes.
    func rejoin(_ uid: UID, _ cause: Cause) throws {
        guard var study = try study(uid) else { return }
        let before = study
        let action = try joinOrder(&study, cause)
        if study != before || action != .none { try settle(&study, after: before, action, cause) }
    }

    /// Joins the study to the order that it belongs to as things stand, or parts it from one that it does not; the caller saves it.
    func joinOrder(_ study: inout Study, _ cause: Cause) throws -> StudyAssembly.Action {
        let candidates = try candidates(for: study)
        let earlier = try row("SELECT order_number, patient_id FROM order_of_study WHERE study_instance_uid = $1", [study.studyInstanceUID.text])
        guard !candidates.isEmpty || earlier != nil else { return .none }
        let before = study
        let rivals = study.accessionNumber.isEmpty && !candidates.isEmpty ? try rivals(of: study) : []
        let match = study.match(candidates, rivals: rivals)
        let action = study.join(match)
        switch match {
        case .joined(let order, let rule, _):
            try run(
                """
                INSERT INTO order_of_study (study_instance_uid, order_number, patient_id, matched_by) VALUES ($1, $2, $3, $4)
                ON CONFLICT (study_instance_uid) DO UPDATE SET order_number = excluded.order_number, patient_id = excluded.patient_id,
                matched_by = excluded.matched_by
                """, [study.studyInstanceUID.text, order.number, order.patientID, rule.rawValue])
            let isNew = earlier.map { ($0[0] as String) != order.number } ?? true
            if study != before || action != .none || isNew {
                try log(order.isCancelled ? .orderCancelled : .ordered, of: study.studyInstanceUID, by: cause.actor, at: cause.at, cause.detail(order.facts(rule)))
            }
        case .apart:
            try run("DELETE FROM order_of_study WHERE study_instance_uid = $1", [study.studyInstanceUID.text])
            if study != before || earlier != nil {
                let sentences = study.conflicts.filter { !before.conflicts.contains($0) }
                try log(.ordered, of: study.studyInstanceUID, by: cause.actor, at: cause.at, cause.detail(["joined": "no", "why": sentences.joined(separator: "; ")].filter { !$0.value.isEmpty }))
            }
        }
        return action
    }

    /// Looks anew at the studies whose match depends on this one's: an order is free no longer, or fits two studies now.
    func rejoinOthers(than study: Study, _ cause: Cause) throws {
        let held = try rows(
            """
            SELECT other.study_instance_uid FROM order_of_study own JOIN order_of_study other
            ON other.order_number = own.order_number AND other.patient_id = own.patient_id
            WHERE own.study_instance_uid = $1 AND other.study_instance_uid <> $1 AND other.matched_by = $2
            """, [study.studyInstanceUID.text, OrderMatch.Rule.patientAndTime.rawValue]
        ).compactMap { UID($0[0] as String) }
        var rivals: [UID] = []
        if study.accessionNumber.isEmpty, !study.patientID.isEmpty,
            try row("SELECT 1 FROM imaging_order WHERE patient_id = $1 LIMIT 1", [study.patientID]) != nil {
            rivals = try neighbours(of: study).map(\.studyInstanceUID)
        }
        for uid in held + rivals.filter({ !held.contains($0) }) { try rejoin(uid, cause) }
    }

    private func neighbours(of study: Study) throws -> [Study] {
        try studies(
            where: "patient_id = $1 AND accession_number = '' AND study_instance_uid <> $2 ORDER BY study_instance_uid",
            [study.patientID, study.studyInstanceUID.text])
    }

    private func rivals(of study: Study) throws -> [Study] {
        try neighbours(of: study).filter { rival in
            let rule = try row("SELECT matched_by FROM order_of_study WHERE study_instance_uid = $1", [rival.studyInstanceUID.text])
                .flatMap { OrderMatch.Rule(rawValue: $0[0]) }
            return rule == nil || rule == .patientAndTime
        }
    }

    private func candidates(for study: Study) throws -> [OrderCandidate] {
        var found: [ImagingOrder] = []
        func add(_ orders: [ImagingOrder]) { found += orders.filter { !found.contains($0) } }
        if !study.accessionNumber.isEmpty { add(try orders(where: "order_number = $1", [study.accessionNumber])) }
        add(try orders(where: "study_instance_uid = $1", [study.studyInstanceUID.text]))
        if study.accessionNumber.isEmpty, !study.patientID.isEmpty { add(try orders(where: "patient_id = $1", [study.patientID])) }
        return try found.map { order in
            let rules = try rows(
                "SELECT matched_by FROM order_of_study WHERE order_number = $1 AND patient_id = $2 AND study_instance_uid <> $3",
                [order.number, order.patientID, study.studyInstanceUID.text]
            ).compactMap { OrderMatch.Rule(rawValue: $0[0]) }
            return OrderCandidate(order, takenBy: rules.min())
        }
    }
}

extension ImagingOrder {
    /// What the event log keeps of it.
    fileprivate func facts(_ rule: OrderMatch.Rule) -> Event.Detail {
        let facts = [
            "priority": priority.rawValue, "matched_by": rule.rawValue, "order": number, "patient_class": patientClass.rawValue,
            "location": location, "reason": reason, "ordering_provider": orderingProvider ?? "", "procedure": procedure ?? "",
            "expected_images": expectedImages.map(String.init) ?? "",
        ]
        return facts.filter { !$0.value.isEmpty }
    }
}
