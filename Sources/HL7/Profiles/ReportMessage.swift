package import Worklist

/// A report on its way to a receiver, before it takes the form of a message.
package struct ReportAnnouncement: Sendable {
    /// HL7 tables 0085 and 0123: where a result stands.
    package enum Status: String, Sendable, CaseIterable {
        /// A program's draft: preliminary.
        case draft = "P"
        case signed = "F"
        /// Signed before, and signed anew with another text.
        case corrected = "C"
        /// Sent before, and wrong: it must not be used.
        case withdrawn = "W"
    }

    var study: Study
    var reportID: String
    var text: String
    var status: Status
    /// Who signed; empty where nobody has.
    var signer: String
    var controlID: String
    var at: Timestamp

    package init(_ study: Study, reportID: String, text: String, status: Status, signer: String, controlID: String, at now: Timestamp) {
        self.study = study
        self.reportID = reportID
        self.text = text
        self.status = status
        self.signer = signer
        self.controlID = controlID
        at = now
    }
}

/// Writes reports: `ORU^R01^ORU_R01` (HL7 v2.5.1, 7.3.1).
///
/// Every message of a report holds the same OBX rows, told apart by OBX-3 and OBX-4, so that a later one replaces each row of
/// the earlier one and none stays behind with an older status.
package enum ReportMessage {
    package static func report(_ announcement: ReportAnnouncement) -> Message {
        Message(segments: [announcement.header, announcement.patient, announcement.visit, announcement.order, announcement.request] + announcement.observations)
    }
}

extension ReportAnnouncement {
    fileprivate var header: Segment {
        var msh = Segment("MSH")
        msh.set(3, "FIRSTREAD")
        msh.set(7, DateTime.text(at))
        msh.set(9, components: ["ORU", "R01", "ORU_R01"])
        msh.set(10, controlID)
        msh.set(11, "P")
        msh.set(12, "2.5.1")
        msh.set(18, "UNICODE UTF-8")
        return msh
    }

    fileprivate var patient: Segment {
        var pid = Segment("PID")
        pid.set(1, "1")
        pid.set(3, components: [study.patientID, "", "", study.issuerOfPatientID])
        pid.set(5, repetitions: PersonNameField.repetitions(study.patientName))
        pid.set(7, study.patientBirthDate)
        pid.set(8, ["M", "F", "O"].contains(study.patientSex) ? study.patientSex : "U")
        return pid
    }

    fileprivate var visit: Segment {
        var pv1 = Segment("PV1")
        pv1.set(1, "1")
        pv1.set(2, PatientClassCode.code(study.patientClass))
        return pv1
    }

    fileprivate var order: Segment {
        var orc = Segment("ORC")
        orc.set(1, "RE")
        orc.set(3, study.accessionNumber)
        return orc
    }

    fileprivate var request: Segment {
        var obr = Segment("OBR")
        obr.set(1, "1")
        obr.set(3, study.accessionNumber)
        let description = study.studyDescription.isEmpty ? "imaging study" : study.studyDescription
        obr.set(4, components: [study.modality.isEmpty ? "IMAGING" : study.modality, description, "99FIRSTREAD"])
        // OBR-7: when the images were made, as far as the header says (YYYYMMDD[HHMMSS]).
        obr.set(7, Self.moment(study.studyDate, study.studyTime))
        obr.set(22, DateTime.text(at))
        // A withdrawn report leaves the request where it was before: preliminary.
        obr.set(25, status == .withdrawn ? Status.draft.rawValue : status.rawValue)
        // OBR-32.1, a CNN: its second subcomponent is the family name, which holds the name as it was given.
        if !signer.isEmpty { obr.setRaw(32, "\(obr.delimiters.subcomponent)\(obr.delimiters.escaped(signer))") }
        return obr
    }

    private static func moment(_ date: String, _ time: String) -> String {
        func isDigits(_ text: String) -> Bool { text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } }
        guard date.utf8.count == 8, isDigits(date) else { return "" }
        let clock = String(time.prefix { $0 != "." })
        return [4, 6].contains(clock.utf8.count) && isDigits(clock) ? date + clock : date
    }

    fileprivate var observations: [Segment] {
        [
            // IHE's way to name the study in a result (RAD TF-2, 4.25).
            row(1, "ST", ["113014", "DICOM Study", "DCM"], study.studyInstanceUID.text),
            row(2, "ST", ["REPORT_ID", "FirstRead's number of this report", "99FIRSTREAD"], reportID),
            row(3, "FT", ["REPORT", "Report text", "99FIRSTREAD", "18748-4", "Diagnostic imaging study", "LN"], text),
        ]
    }

    private func row(_ number: Int, _ type: String, _ identifier: [String], _ value: String) -> Segment {
        var obx = Segment("OBX")
        obx.set(1, String(number))
        obx.set(2, type)
        obx.set(3, components: identifier)
        obx.set(4, "1")
        obx.set(5, value)
        obx.set(11, status.rawValue)
        obx.set(14, DateTime.text(at))
        if !signer.isEmpty { obx.set(16, components: ["", signer]) }
        return obx
    }
}
