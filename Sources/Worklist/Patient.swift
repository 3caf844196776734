/// A patient's number and who gave it (CX.1 and CX.4; Patient ID and Issuer of Patient ID).
package struct PatientNumber: Hashable, Sendable, Codable {
    package var id: String
    /// Empty where it is not named.
    package var issuer: String

    package init(id: String, issuer: String = "") {
        self.id = id
        self.issuer = issuer
    }

    /// Whether both can be the same patient's: the numbers agree, and no two issuers contradict each other.
    package func agrees(with other: PatientNumber) -> Bool {
        !id.isEmpty && id == other.id && (issuer.isEmpty || other.issuer.isEmpty || issuer == other.issuer)
    }
}

/// What the patients' own system says of a patient (`ADT^A08`, the PID of `ADT^A40`); nil: the message says nothing of it.
package struct PatientRecord: Hashable, Sendable, Codable {
    package var number: PatientNumber
    /// As DICOM has it: Family^Given^Middle^Prefix^Suffix, groups divided by "=".
    package var name: String?
    package var birthDate: String?
    package var sex: String?
    /// MSH-7: an older one never overwrites a newer one.
    package var messageTime: String

    package init(number: PatientNumber, name: String? = nil, birthDate: String? = nil, sex: String? = nil, messageTime: String) {
        self.number = number
        self.name = name
        self.birthDate = birthDate
        self.sex = sex
        self.messageTime = messageTime
    }

    /// The record after this message: what it leaves out stays as it was.
    package func completed(from earlier: PatientRecord) -> PatientRecord {
        var record = self
        record.name = name ?? earlier.name
        record.birthDate = birthDate ?? earlier.birthDate
        record.sex = sex ?? earlier.sex
        return record
    }
}

/// Two numbers are one patient's (`ADT^A40`): what bears the prior one belongs to the surviving one.
package struct PatientMerge: Hashable, Sendable {
    package var prior: PatientNumber
    package var surviving: PatientRecord

    package init(prior: PatientNumber, surviving: PatientRecord) {
        self.prior = prior
        self.surviving = surviving
    }
}

extension Study {
    package var patientNumber: PatientNumber { PatientNumber(id: patientID, issuer: issuerOfPatientID) }

    /// Takes over what the patients' own system says; returns what that changed, old and new by attribute.
    package mutating func apply(_ record: PatientRecord) -> [String: String] {
        var changes: [String: String] = [:]
        func take(_ value: String?, _ property: WritableKeyPath<Study, String>, _ name: String) {
            guard let value, value != self[keyPath: property] else { return }
            changes["\(name) before"] = self[keyPath: property]
            changes[name] = value
            self[keyPath: property] = value
        }
        take(record.name, \.patientName, "patient_name")
        take(record.birthDate, \.patientBirthDate, "patient_birth_date")
        take(record.sex, \.patientSex, "patient_sex")
        return changes
    }

    /// What the images say otherwise than the patients' own system, to be noted before its record is applied.
    package func differences(from record: PatientRecord) -> [String] {
        func difference(_ what: String, _ recorded: String?, _ imaged: String) -> String? {
            guard let recorded, !recorded.isEmpty, !imaged.isEmpty, recorded != imaged else { return nil }
            return "\(what) differs: patient record \(recorded), images \(imaged)"
        }
        return [
            difference("birth date", record.birthDate, patientBirthDate), difference("sex", record.sex, patientSex),
        ].compactMap { $0 }
    }

    /// Follows a merge: what bears the prior number gets the other, and images of both in one study are no conflict any longer.
    package mutating func follow(_ prior: PatientNumber, to target: PatientNumber) {
        conflicts.removeAll { $0 == Self.twoPatients(prior.id, target.id) || $0 == Self.twoPatients(target.id, prior.id) }
        guard patientNumber.agrees(with: prior) else { return }
        patientID = target.id
        if !target.issuer.isEmpty { issuerOfPatientID = target.issuer }
    }

    static func twoPatients(_ first: String, _ second: String) -> String {
        func shown(_ text: String) -> String { text.isEmpty ? "(none)" : text }
        return "images of this study carry two patient IDs: \(shown(first)) and \(shown(second))"
    }
}
