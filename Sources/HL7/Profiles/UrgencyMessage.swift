import Foundation
import Worklist

/// The messages that carry an announcement: `OMI^O23^OMI_O23`, or `ORM^O01^ORM_O01` for systems that take only that.
package enum UrgencyMessage {
    /// The imaging order (HL7 v2.5.1, 4.4.12), ORC-1 `XO`: the order stays, its urgency is known now.
    package static func imagingOrder(_ announcement: UrgencyAnnouncement) -> Message {
        var timing = Segment("TQ1")
        timing.set(1, "1")
        timing.set(9, announcement.priority)
        return Message(
            segments: [announcement.header("OMI", "O23"), announcement.patient, announcement.visit, announcement.order, timing, announcement.request]
                + announcement.observations + [announcement.imagingProcedure])
    }

    /// The general order (HL7 v2.5.1, 4.4.1); priority in ORC-7.6 and OBR-27.6, the Study Instance UID in IHE's `ZDS` segment.
    package static func generalOrder(_ announcement: UrgencyAnnouncement) -> Message {
        let quantityTiming = ["", "", "", "", "", announcement.priority]
        var order = announcement.order
        order.set(7, components: quantityTiming)
        var request = announcement.request
        request.set(27, components: quantityTiming)
        var studyReference = Segment("ZDS")
        studyReference.set(1, components: [announcement.study.studyInstanceUID.text, "FIRSTREAD", "Application", "DICOM"])
        return Message(
            segments: [announcement.header("ORM", "O01"), announcement.patient, announcement.visit, order, request]
                + announcement.observations + [studyReference])
    }
}

extension UrgencyAnnouncement {
    fileprivate func header(_ code: String, _ event: String) -> Segment {
        var msh = Segment("MSH")
        msh.set(3, "FIRSTREAD")
        msh.set(7, DateTime.text(at))
        msh.set(9, components: [code, event, "\(code)_\(event)"])
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
        orc.set(1, "XO")
        orc.set(3, study.accessionNumber)
        return orc
    }

    fileprivate var request: Segment {
        var obr = Segment("OBR")
        obr.set(1, "1")
        obr.set(3, study.accessionNumber)
        let description = study.studyDescription.isEmpty ? "imaging study" : study.studyDescription
        obr.set(4, components: [study.modality.isEmpty ? "IMAGING" : study.modality, description, "99FIRSTREAD"])
        return obr
    }

    /// The identifiers that DICOM and the order share (4.5.6); where the order named none, the next one that identifies the study.
    fileprivate var imagingProcedure: Segment {
        let otherwise = study.accessionNumber.nonEmpty ?? study.studyID.nonEmpty ?? study.studyInstanceUID.text
        var ipc = Segment("IPC")
        ipc.set(1, study.accessionNumber.nonEmpty ?? study.studyInstanceUID.text)
        ipc.set(2, study.requestedProcedureID.nonEmpty ?? otherwise)
        ipc.set(3, study.studyInstanceUID.text)
        ipc.set(4, study.scheduledProcedureStepID.nonEmpty ?? otherwise)
        if !study.modality.isEmpty { ipc.set(5, study.modality) }
        return ipc
    }

    fileprivate var observations: [Segment] {
        var rows = [
            row("NM", "URGENCY", "Urgency, higher is read earlier", [Self.number(urgency)]),
            row("CE", "CATEGORY", "Category", [study.category.rawValue, study.category.rawValue, "99FIRSTREAD"]),
        ]
        rows += reasons.map { row("TX", "REASON", "Reason", [$0]) }
        let kind = study.model?.isCalibrated == true ? "probability" : "score, not calibrated"
        rows += study.findings.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { label, value in
            row("NM", label, "\(label), \(kind)", [Self.number(value)])
        }
        for index in rows.indices {
            rows[index].set(1, String(index + 1))
            // Rows of one identifier are told apart by OBX-4.
            let identifier = rows[index].text(3)
            if identifier == "REASON" { rows[index].set(4, String(rows[...index].count { $0.text(3) == identifier })) }
        }
        return rows
    }

    private func row(_ type: String, _ identifier: String, _ text: String, _ value: [String]) -> Segment {
        var obx = Segment("OBX")
        obx.set(2, type)
        obx.set(3, components: [identifier, text, "99FIRSTREAD"])
        obx.set(5, components: value)
        obx.set(11, "P")
        return obx
    }

    private static func number(_ value: Double) -> String { String(format: "%.4f", value) }
}
