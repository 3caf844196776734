import Foundation
package import Worklist

/// Reads orders: `ORM^O01` and `OMI^O23` with ORC-1 NW, XO, SC, CA or DC.
package enum OrderMessage {
    /// The orders of one message: one for each ORC group, and for each OBR of a group that holds several.
    package static func orders(in message: Message) throws(MessageError) -> [ImagingOrder] {
        guard let patient = message["PID"] else { throw MessageError(.segmentSequence, "PID", "the patient is missing") }
        let number = try PatientNumberField.number(patient, field: 3)
        let messageTime = try MessageTime.of(message)
        let groups = OrderGroup.groups(of: message)
        guard !groups.isEmpty else { throw MessageError(.segmentSequence, "ORC", "the message holds no order") }
        let visit = message["PV1"]
        return try groups.map { group throws(MessageError) in
            var order = ImagingOrder(accessionNumber: try group.accessionNumber, patientID: number.id)
            let control = try Control(group.control)
            // A new order states itself whole; every other message changes what it names.
            var leftOut: Set<ImagingOrder.Detail> = []
            func take<Value>(_ stated: Value?, _ property: WritableKeyPath<ImagingOrder, Value>, _ detail: ImagingOrder.Detail) {
                if let stated { order[keyPath: property] = stated } else if control != .new { leftOut.insert(detail) }
            }
            func take<Value>(optional stated: Value?, _ property: WritableKeyPath<ImagingOrder, Value?>, _ detail: ImagingOrder.Detail) {
                if let stated { order[keyPath: property] = stated } else if control != .new { leftOut.insert(detail) }
            }
            take(number.issuer.nonEmpty, \.issuerOfPatientID, .issuerOfPatientID)
            take(patient.raw(5).isEmpty ? nil : PersonNameField.dicom(patient, field: 5), \.patientName, .patientName)
            take(patient.stated(7).map { String($0.prefix(8)) }, \.patientBirthDate, .patientBirthDate)
            take(patient.stated(8)?.uppercased(), \.patientSex, .patientSex)
            take(visit?.stated(2).map(PatientClassCode.value), \.patientClass, .patientClass)
            take(visit?.stated(3), \.location, .location)
            take(try group.priority, \.priority, .priority)
            take(group.reason, \.reason, .reason)
            take(group.imaging?.stated(2), \.requestedProcedureID, .requestedProcedureID)
            take(group.studyInstanceUID, \.studyInstanceUID, .studyInstanceUID)
            take(group.imaging?.stated(4), \.scheduledProcedureStepID, .scheduledProcedureStepID)
            take(optional: try group.expectedImages, \.expectedImages, .expectedImages)
            take(optional: group.control.stated(2) ?? group.request?.stated(2), \.placerOrderNumber, .placerOrderNumber)
            take(optional: group.request?.stated(4, component: 2) ?? group.request?.stated(4), \.procedure, .procedure)
            take(optional: PersonNameField.person(group.control, field: 12) ?? group.request.flatMap { PersonNameField.person($0, field: 16) }, \.orderingProvider, .orderingProvider)
            take(optional: group.imaging?.stated(5), \.modality, .modality)
            take(optional: group.scheduledAt, \.scheduledAt, .scheduledAt)
            switch control {
            case .new, .changed: order.isCancelled = false
            case .cancelled: order.isCancelled = true
            case .status: leftOut.insert(.isCancelled)
            }
            guard !order.number.isEmpty else {
                let sentence = "the filler order number, which is the accession number, is missing, and so is a Study Instance UID"
                throw group.request?.error(.requiredFieldMissing, 3, component: 1, sentence) ?? MessageError(.requiredFieldMissing, "OBR", 3, sentence)
            }
            order.messageTime = messageTime
            order.leftOut = leftOut
            return order
        }
    }

    /// ORC-1 (HL7 table 0119), and of a status change ORC-5 (table 0038).
    private enum Control {
        case new
        case changed
        case status
        case cancelled

        init(_ control: Segment) throws(MessageError) {
            switch control.text(1).uppercased() {
            case "NW": self = .new
            case "XO": self = .changed
            case "SC": self = ["CA", "DC"].contains(control.text(5).uppercased()) ? .cancelled : .status
            case "CA", "DC": self = .cancelled
            case "": throw control.error(.requiredFieldMissing, 1, "the order control is missing; send NW, XO, SC, CA or DC")
            default: throw control.error(.tableValueNotFound, 1, "the order control is not supported; send NW, XO, SC, CA or DC", value: control.text(1))
            }
        }
    }
}

extension OrderMessage {
    /// Writes a new order as `OMI^O23`, as a department's system would send it.
    package static func imagingOrder(
        _ order: ImagingOrder, procedure: String, from application: String, controlID: String, at now: Timestamp
    ) -> Message {
        var msh = Segment("MSH")
        msh.set(3, application)
        msh.set(5, "FIRSTREAD")
        msh.set(7, DateTime.text(now))
        msh.set(9, components: ["OMI", "O23", "OMI_O23"])
        msh.set(10, controlID)
        msh.set(11, "P")
        msh.set(12, "2.5.1")
        msh.set(18, "UNICODE UTF-8")
        var pid = Segment("PID")
        pid.set(1, "1")
        pid.set(3, components: [order.patientID, "", "", order.issuerOfPatientID])
        pid.set(5, repetitions: PersonNameField.repetitions(order.patientName))
        pid.set(7, order.patientBirthDate)
        pid.set(8, order.patientSex)
        var pv1 = Segment("PV1")
        pv1.set(1, "1")
        pv1.set(2, PatientClassCode.code(order.patientClass))
        var orc = Segment("ORC")
        orc.set(1, order.isCancelled ? "CA" : "NW")
        orc.set(2, order.requestedProcedureID)
        orc.set(3, order.accessionNumber)
        var tq1 = Segment("TQ1")
        tq1.set(1, "1")
        tq1.set(9, order.priority.code)
        var obr = Segment("OBR")
        obr.set(1, "1")
        obr.set(3, order.accessionNumber)
        obr.set(4, components: ["", procedure])
        obr.set(31, components: ["", order.reason])
        var segments = [msh, pid, pv1, orc, tq1, obr]
        if let expected = order.expectedImages {
            var obx = Segment("OBX")
            obx.set(1, "1")
            obx.set(2, "NM")
            obx.set(3, components: ["EXPECTED_IMAGES", "", "99FIRSTREAD"])
            obx.set(5, String(expected))
            obx.set(11, "F")
            segments.append(obx)
        }
        var ipc = Segment("IPC")
        ipc.set(1, order.accessionNumber)
        ipc.set(2, order.requestedProcedureID.nonEmpty ?? order.accessionNumber)
        ipc.set(3, order.studyInstanceUID)
        ipc.set(4, order.scheduledProcedureStepID.nonEmpty ?? order.accessionNumber)
        return Message(segments: segments + [ipc])
    }
}
