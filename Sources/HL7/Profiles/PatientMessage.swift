import Worklist

/// Reads what the patients' own system says: `ADT^A08`, a patient's data, and `ADT^A40`, two numbers that are one patient's.
enum PatientMessage {
    static func records(in message: Message) throws(MessageError) -> [PatientRecord] {
        guard let patient = message["PID"] else { throw MessageError(.segmentSequence, "PID", "the patient is missing") }
        return [try record(patient, at: try MessageTime.of(message))]
    }

    /// One merge for each prior number: a message holds one or more groups of PID and MRG (HL7 v2.5.1, 3.3.40).
    static func merges(in message: Message) throws(MessageError) -> [PatientMerge] {
        let time = try MessageTime.of(message)
        var merges: [PatientMerge] = []
        var patient: Segment?
        for segment in message.segments {
            if segment.name == "PID" {
                if let patient { throw patient.error(.segmentSequence, 0, "a PID is followed by no MRG: which number is merged is missing") }
                patient = segment
            }
            guard segment.name == "MRG" else { continue }
            guard let survivor = patient else { throw segment.error(.segmentSequence, 0, "an MRG comes before its PID") }
            patient = nil
            merges += try group(segment, into: try record(survivor, at: time))
        }
        if let patient { throw patient.error(.segmentSequence, 0, "a PID is followed by no MRG: which number is merged is missing") }
        guard !merges.isEmpty else { throw MessageError(.segmentSequence, "MRG", "the prior patient number is missing") }
        return merges
    }

    private static func group(_ segment: Segment, into surviving: PatientRecord) throws(MessageError) -> [PatientMerge] {
        var merges: [PatientMerge] = []
        for repetition in 1...max(1, min(segment.repetitions(1), PatientNumberField.maximumIdentifiers)) {
            let prior = try PatientNumberField.number(segment, field: 1, repetition: repetition)
            guard !prior.id.isEmpty else { continue }
            // Both lists may name the number that stays.
            if prior.id == surviving.number.id { continue }
            merges.append(PatientMerge(prior: prior, surviving: surviving))
        }
        guard !merges.isEmpty else {
            let isSame = !segment.text(1).isEmpty
            throw segment.error(
                isSame ? .dataType : .requiredFieldMissing, 1, component: 1,
                isSame ? "MRG-1 names the number that PID-3 names: there is nothing to merge" : "the prior patient number is missing")
        }
        return merges
    }

    private static func record(_ patient: Segment, at time: String) throws(MessageError) -> PatientRecord {
        PatientRecord(
            number: try PatientNumberField.number(patient, field: 3),
            name: patient.raw(5).isEmpty ? nil : PersonNameField.dicom(patient, field: 5),
            birthDate: patient.stated(7).map { String($0.prefix(8)) }, sex: patient.stated(8)?.uppercased(), messageTime: time)
    }
}

/// MSH-7, by which an older message is told from a newer one.
enum MessageTime {
    static func of(_ message: Message) throws(MessageError) -> String {
        let written = message["MSH"]?.text(7) ?? ""
        guard let time = DateTime.sortable(written) else {
            var error = MessageError(written.isEmpty ? .requiredFieldMissing : .dataType, "MSH", 7, "the time of the message is \(written.isEmpty ? "missing" : "no time stamp")")
            error.value = written
            throw error
        }
        return time
    }
}
