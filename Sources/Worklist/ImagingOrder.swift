/// What a department asked for: the part of an HL7 order that takes part in the list.
package struct ImagingOrder: Hashable, Sendable, Codable {
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

    package init(accessionNumber: String, patientID: String) {
        self.accessionNumber = accessionNumber
        self.patientID = patientID
    }
}

extension Study {
    /// Joins the order to the images where accession number and patient ID agree; otherwise says what does not fit, and joins nothing.
    package mutating func join(_ order: ImagingOrder) -> StudyAssembly.Action {
        guard !accessionNumber.isEmpty, order.accessionNumber == accessionNumber else { return .none }
        guard order.patientID == patientID else {
            note(conflict: "the order \(accessionNumber) is for patient ID \(order.patientID), the images say \(patientID): not joined")
            return .none
        }
        orderPriority = order.priority
        if order.patientClass != .unknown { patientClass = order.patientClass }
        if !order.reason.isEmpty { reasonForStudy = order.reason }
        if requestedProcedureID.isEmpty { requestedProcedureID = order.requestedProcedureID }
        if scheduledProcedureStepID.isEmpty { scheduledProcedureStepID = order.scheduledProcedureStepID }
        if order.isCancelled { note(conflict: "the order \(accessionNumber) was cancelled, yet images are here") }
        if !order.patientBirthDate.isEmpty, !patientBirthDate.isEmpty, order.patientBirthDate != patientBirthDate {
            note(conflict: "birth date differs: order \(order.patientBirthDate), images \(patientBirthDate)")
        }
        if !order.patientSex.isEmpty, !patientSex.isEmpty, order.patientSex != patientSex {
            note(conflict: "sex differs: order \(order.patientSex), images \(patientSex)")
        }
        if !order.studyInstanceUID.isEmpty, order.studyInstanceUID != studyInstanceUID.text {
            note(conflict: "the order names another Study Instance UID: \(order.studyInstanceUID)")
        }
        if let expected = order.expectedImages { return assembly.expect(expected) }
        return .none
    }

    /// Adds a sentence once.
    package mutating func note(conflict sentence: String) {
        if !conflicts.contains(sentence) { conflicts.append(sentence) }
    }
}
