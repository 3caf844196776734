/// A study on the list: all that is known of it, as the store holds it.
package struct Study: Hashable, Sendable {
    package var studyInstanceUID: UID
    package var accessionNumber = ""
    package var patientID = ""
    package var issuerOfPatientID = ""
    /// As DICOM has it: Family^Given^Middle^Prefix^Suffix, groups divided by "=".
    package var patientName = ""
    package var patientBirthDate = ""
    package var patientSex = ""
    package var studyID = ""
    package var studyDate = ""
    package var studyTime = ""
    package var studyDescription = ""
    package var modality = ""
    package var bodyPart = ""
    package var requestedProcedureID = ""
    package var scheduledProcedureStepID = ""

    package var state: StudyState = .receiving
    package var receivedAt: Timestamp
    package var completedAt: Timestamp?
    package var assembly: StudyAssembly

    package var category: Category = .unscored
    /// Label → probability, the highest over the study's images; empty where unscored.
    package var findings: [String: Double] = [:]
    package var unscoredReason: String?
    package var model: ModelReference?
    /// The SOP Instance from which each finding's figure came.
    package var findingImages: [String: String] = [:]

    package var orderPriority: OrderPriority = .routine
    package var patientClass: PatientClass = .unknown
    package var reasonForStudy = ""
    /// Where the patient lies or waits, as the order says (PV1-3); empty where it says nothing.
    package var location = ""
    /// nil where the policy alone decides its place.
    package var pin: Pin?
    /// nil where nobody reads it.
    package var reader: Reader?
    /// When it was read; nil while it is on the list.
    package var reportedAt: Timestamp?
    /// The draft report that is open or signed; nil where there is none.
    package var draftReport: String?
    /// What does not fit together, in sentences for the reader.
    package var conflicts: [String] = []

    package init(studyInstanceUID: UID, receivedAt: Timestamp) {
        self.studyInstanceUID = studyInstanceUID
        self.receivedAt = receivedAt
        self.assembly = StudyAssembly(openedAt: receivedAt)
    }
}

/// The model that a figure came from.
package struct ModelReference: Hashable, Sendable, Codable {
    package var name: String
    package var version: String
    /// SHA-256 of the weights file, in hexadecimal.
    package var sha256: String
    /// Whether its figures are probabilities, or scores that only rank.
    package var isCalibrated: Bool

    enum CodingKeys: String, CodingKey {
        case name, version, sha256
        case isCalibrated = "calibrated"
    }

    package init(name: String, version: String, sha256: String, isCalibrated: Bool) {
        self.name = name
        self.version = version
        self.sha256 = sha256
        self.isCalibrated = isCalibrated
    }
}
