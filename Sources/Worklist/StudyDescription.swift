extension Study {
    /// Takes from an image's header what the list shows; the first image that states an attribute decides, contradictions are noted.
    package mutating func describe(by header: ObjectHeader) {
        if assembly.instances > 0, header.patientID != patientID {
            note(conflict: Self.twoPatients(patientID, header.patientID))
        }
        if assembly.instances > 0, !header.accessionNumber.isEmpty, !accessionNumber.isEmpty, header.accessionNumber != accessionNumber {
            note(conflict: "images of this study carry two accession numbers: \(accessionNumber) and \(header.accessionNumber)")
        }
        if assembly.instances == 0 { patientID = header.patientID }
        if patientID == header.patientID {
            fill(\.patientName, header.patientName)
            fill(\.issuerOfPatientID, header.issuerOfPatientID)
            fill(\.patientBirthDate, header.patientBirthDate)
            fill(\.patientSex, header.patientSex)
        }
        fill(\.accessionNumber, header.accessionNumber)
        fill(\.studyID, header.studyID)
        fill(\.studyDate, header.studyDate)
        fill(\.studyTime, header.studyTime)
        fill(\.studyDescription, header.studyDescription)
        fill(\.requestedProcedureID, header.requestedProcedureID)
        fill(\.scheduledProcedureStepID, header.scheduledProcedureStepID)
        fill(\.bodyPart, header.bodyPartExamined)
        // Presentation states, key objects and reports accompany images; they name the study only while nothing else does.
        if modality.isEmpty || (Self.accompanying.contains(modality) && !header.modality.isEmpty) { modality = header.modality }
        if !header.undecodableText.isEmpty {
            note(conflict: "text not in its stated character set: \(header.undecodableText.joined(separator: ", "))")
        }
    }

    private static let accompanying: Set<String> = ["PR", "SR", "KO", "DOC"]

    private mutating func fill(_ property: WritableKeyPath<Study, String>, _ value: String) {
        if self[keyPath: property].isEmpty { self[keyPath: property] = value }
    }
}
