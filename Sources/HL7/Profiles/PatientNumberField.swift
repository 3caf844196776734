import Worklist

/// A patient's number out of a list of identifiers (CX, v2.5.1, 2.A.14).
enum PatientNumberField {
    /// The medical record number (CX.5 `MR`), else one that is the patient's own (`PI`, `PT`), else the first of the list.
    static func number(_ segment: Segment, field: Int) throws(MessageError) -> PatientNumber {
        let repetitions = 1...max(1, min(segment.repetitions(field), maximumIdentifiers))
        func isNumber(_ repetition: Int) -> Bool { !segment.text(field, repetition: repetition).isEmpty }
        func ofType(_ types: [String]) -> Int? {
            repetitions.first { types.contains(segment.text(field, component: 5, repetition: $0).uppercased()) && isNumber($0) }
        }
        guard let chosen = ofType(["MR"]) ?? ofType(["PI", "PT"]) ?? repetitions.first(where: isNumber) else {
            throw segment.error(.requiredFieldMissing, field, component: 1, "the patient ID is missing")
        }
        return try number(segment, field: field, repetition: chosen)
    }

    static func number(_ segment: Segment, field: Int, repetition: Int) throws(MessageError) -> PatientNumber {
        let number = PatientNumber(
            id: segment.text(field, repetition: repetition), issuer: segment.text(field, component: 4, repetition: repetition))
        // Patient ID is a DICOM LO (PS3.5, 6.2).
        guard number.id.unicodeScalars.count <= 64 else { throw segment.error(.dataType, field, component: 1, "the patient ID is longer than 64 characters") }
        return number
    }

    static let maximumIdentifiers = 20
}
