/// What a department asked for: the part of an HL7 order that takes part in the list.
package struct ImagingOrder: Hashable, Sendable, Codable {
    /// Empty where the order names its study by UID alone.
    package var accessionNumber: String
    package var patientID: String
    package var issuerOfPatientID = ""
    package var patientName = ""
    package var patientBirthDate = ""
    package var patientSex = ""
    package var studyInstanceUID = ""
    package var requestedProcedureID = ""
    package var scheduledProcedureStepID = ""
    package var priority: OrderPriority = .routine
    package var patientClass: PatientClass = .unknown
    package var location = ""
    package var reason = ""
    package var expectedImages: Int?
    package var isCancelled = false
    /// MSH-7 of the message that said so: an older one never overwrites a newer one. Text of the form YYYYMMDDHHMMSS….
    package var messageTime = ""
    package var placerOrderNumber: String?
    package var procedure: String?
    /// As DICOM writes names: Family^Given.
    package var orderingProvider: String?
    package var modality: String?
    /// When the images are to be taken, as the sender wrote it: YYYYMMDDHHMMSS….
    package var scheduledAt: String?
    /// What the message said nothing of. Empty once it has been completed from what was known.
    package var leftOut: Set<Detail> = []

    package init(accessionNumber: String, patientID: String) {
        self.accessionNumber = accessionNumber
        self.patientID = patientID
    }

    /// What the order is kept by: its accession number, else the Study Instance UID that it names.
    package var number: String { accessionNumber.isEmpty ? studyInstanceUID : accessionNumber }

    // `leftOut` belongs to a message, not to the order.
    enum CodingKeys: CodingKey {
        case accessionNumber, patientID, issuerOfPatientID, patientName, patientBirthDate, patientSex, studyInstanceUID, requestedProcedureID
        case scheduledProcedureStepID, priority, patientClass, location, reason, expectedImages, isCancelled, messageTime
        case placerOrderNumber, procedure, orderingProvider, modality, scheduledAt
    }
}

extension ImagingOrder {
    /// What a message may leave out.
    package enum Detail: Hashable, Sendable, CaseIterable {
        case issuerOfPatientID, patientName, patientBirthDate, patientSex, studyInstanceUID, requestedProcedureID, scheduledProcedureStepID
        case priority, patientClass, location, reason, expectedImages, isCancelled
        case placerOrderNumber, procedure, orderingProvider, modality, scheduledAt
    }

    /// The order after this message: what it leaves out stays as it was (HL7 v2.5.1, 2.5.3).
    package func completed(from earlier: ImagingOrder) -> ImagingOrder {
        var order = self
        for detail in leftOut {
            switch detail {
            case .issuerOfPatientID: order.issuerOfPatientID = earlier.issuerOfPatientID
            case .patientName: order.patientName = earlier.patientName
            case .patientBirthDate: order.patientBirthDate = earlier.patientBirthDate
            case .patientSex: order.patientSex = earlier.patientSex
            case .studyInstanceUID: order.studyInstanceUID = earlier.studyInstanceUID
            case .requestedProcedureID: order.requestedProcedureID = earlier.requestedProcedureID
            case .scheduledProcedureStepID: order.scheduledProcedureStepID = earlier.scheduledProcedureStepID
            case .priority: order.priority = earlier.priority
            case .patientClass: order.patientClass = earlier.patientClass
            case .location: order.location = earlier.location
            case .reason: order.reason = earlier.reason
            case .expectedImages: order.expectedImages = earlier.expectedImages
            case .isCancelled: order.isCancelled = earlier.isCancelled
            case .placerOrderNumber: order.placerOrderNumber = earlier.placerOrderNumber
            case .procedure: order.procedure = earlier.procedure
            case .orderingProvider: order.orderingProvider = earlier.orderingProvider
            case .modality: order.modality = earlier.modality
            case .scheduledAt: order.scheduledAt = earlier.scheduledAt
            }
        }
        order.leftOut = []
        return order
    }
}
