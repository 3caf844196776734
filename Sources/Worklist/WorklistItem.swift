/// A place as it is shown to the outside: one element of `worklist --json` and of `GET /api/v1/worklist`.
package struct WorklistItem: Codable, Sendable, Hashable {
    package struct Model: Codable, Sendable, Hashable {
        package var name: String
        package var version: String
        package var sha256: String

        package init(_ reference: ModelReference) {
            name = reference.name
            version = reference.version
            sha256 = reference.sha256
        }
    }

    package var rank: Int
    package var studyInstanceUID: String
    package var accessionNumber: String
    package var patientID: String
    package var patientName: String
    package var modality: String
    package var bodyPart: String
    package var studyDescription: String
    package var images: Int
    package var receivedAt: Timestamp
    package var completedAt: Timestamp?
    package var waitingSeconds: Double
    package var state: StudyState
    package var category: Category
    package var urgency: Double
    package var dueAt: Timestamp?
    package var orderPriority: OrderPriority
    package var patientClass: PatientClass
    package var findings: [String: Double]
    package var unscoredReason: String?
    package var reasons: [String]
    package var nextStep: String
    package var conflicts: [String]
    package var model: Model?
    package var draftReport: String?
    /// Who reads it now.
    package var reader: String?
    package var pinnedBy: String?
    /// Of the patient, as the order says (PV1-3).
    package var location: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case rank
        case studyInstanceUID = "study_instance_uid"
        case accessionNumber = "accession_number"
        case patientID = "patient_id"
        case patientName = "patient_name"
        case modality
        case bodyPart = "body_part"
        case studyDescription = "study_description"
        case images
        case receivedAt = "received_at"
        case completedAt = "completed_at"
        case waitingSeconds = "waiting_seconds"
        case state, category, urgency
        case dueAt = "due_at"
        case orderPriority = "order_priority"
        case patientClass = "patient_class"
        case findings
        case unscoredReason = "unscored_reason"
        case reasons
        case nextStep = "next_step"
        case conflicts, model
        case draftReport = "draft_report"
        case reader, location
        case pinnedBy = "pinned_by"
    }

    package init(_ place: Place, at now: Timestamp) {
        let study = place.study
        rank = place.rank
        studyInstanceUID = study.studyInstanceUID.text
        accessionNumber = study.accessionNumber
        patientID = study.patientID
        patientName = study.patientName
        modality = study.modality
        bodyPart = study.bodyPart
        studyDescription = study.studyDescription
        images = study.assembly.instances
        receivedAt = study.receivedAt
        completedAt = study.completedAt
        waitingSeconds = max(0, now.seconds(since: study.receivedAt))
        state = study.shownState
        category = study.category
        urgency = place.urgency
        dueAt = place.dueAt
        orderPriority = study.orderPriority
        patientClass = study.patientClass
        findings = study.findings
        unscoredReason = study.unscoredReason
        reasons = place.reasons
        nextStep = place.nextStep
        conflicts = study.conflicts
        model = study.model.map(Model.init)
        draftReport = study.draftReport
        reader = study.state == .reported ? nil : study.reader?.name
        pinnedBy = study.pin?.by
        location = study.location.isEmpty ? nil : study.location
    }

    /// Writes every key of the contract, with null where there is nothing, so that a receiver can rely on its presence.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rank, forKey: .rank)
        try container.encode(waitingSeconds, forKey: .waitingSeconds)
        try container.encode(urgency, forKey: .urgency)
        try encodeLasting(into: &container)
    }

    /// All but what every moment changes.
    private func encodeLasting(into container: inout KeyedEncodingContainer<CodingKeys>) throws {
        try container.encode(studyInstanceUID, forKey: .studyInstanceUID)
        try container.encode(accessionNumber, forKey: .accessionNumber)
        try container.encode(patientID, forKey: .patientID)
        try container.encode(patientName, forKey: .patientName)
        try container.encode(modality, forKey: .modality)
        try container.encode(bodyPart, forKey: .bodyPart)
        try container.encode(studyDescription, forKey: .studyDescription)
        try container.encode(images, forKey: .images)
        try container.encode(receivedAt, forKey: .receivedAt)
        try container.encode(completedAt, forKey: .completedAt)
        try container.encode(state, forKey: .state)
        try container.encode(category, forKey: .category)
        try container.encode(dueAt, forKey: .dueAt)
        try container.encode(orderPriority, forKey: .orderPriority)
        try container.encode(patientClass, forKey: .patientClass)
        try container.encode(findings, forKey: .findings)
        try container.encode(unscoredReason, forKey: .unscoredReason)
        try container.encode(reasons, forKey: .reasons)
        try container.encode(nextStep, forKey: .nextStep)
        try container.encode(conflicts, forKey: .conflicts)
        try container.encode(model, forKey: .model)
        try container.encode(draftReport, forKey: .draftReport)
        try container.encode(reader, forKey: .reader)
        try container.encode(pinnedBy, forKey: .pinnedBy)
        try container.encode(location, forKey: .location)
    }
}

extension WorklistItem {
    /// The item without rank, waiting time and urgency, to be encoded once and used for many moments.
    package struct Lasting: Encodable {
        let item: WorklistItem

        package init(_ item: WorklistItem) { self.item = item }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try item.encodeLasting(into: &container)
        }
    }
}

/// The list at one moment: what the board, the page and `worklist` all show.
package struct WorklistSnapshot: Codable, Sendable, Hashable {
    package var takenAt: Timestamp
    package var items: [WorklistItem]

    package init(takenAt: Timestamp, items: [WorklistItem]) {
        self.takenAt = takenAt
        self.items = items
    }

    /// Orders the open studies at `now`; at most the first `wanted` places.
    package init(
        of studies: [Study], orderedBy ordering: PolicyName, under policy: WorklistPolicy, at now: Timestamp, first wanted: Int? = nil
    ) {
        self.init(
            takenAt: now,
            items: ordering.policy.places(of: studies, under: policy, at: now, first: wanted).map { WorklistItem($0, at: now) })
    }
}
