import Worklist

/// PV1-2, HL7 table 0004.
enum PatientClassCode {
    static func code(_ value: PatientClass) -> String {
        switch value {
        case .emergency: "E"
        case .inpatient: "I"
        case .outpatient: "O"
        case .unknown: "U"
        }
    }

    /// Obstetrics counts as inpatient, preadmission, recurring and commercial patients as outpatients.
    static func value(_ code: String) -> PatientClass {
        switch code.uppercased() {
        case "E": .emergency
        case "I", "B": .inpatient
        case "O", "P", "R", "C": .outpatient
        default: .unknown
        }
    }
}
