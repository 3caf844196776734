import Foundation
package import Worklist

/// Reads orders: `ORM^O01` and `OMI^O23` with ORC-1 NW, XO, SC, CA or DC.
package enum OrderMessage {
    /// The orders of one message: one for each ORC group.
    ///
    /// The accession number is the filler's order number (OBR-3, else ORC-3, else IPC-1, else OBR-18).
    package static func orders(in message: Message) throws(MessageError) -> [ImagingOrder] {
        guard let patient = message["PID"] else { throw MessageError(.segmentSequence, "PID", "the patient is missing") }
        let patientID = patient.text(3)
        guard !patientID.isEmpty else { throw MessageError(.requiredFieldMissing, "PID", 3, "the patient ID is missing") }
        let visit = message["PV1"]
        let groups = groups(of: message)
        guard !groups.isEmpty else { throw MessageError(.segmentSequence, "ORC", "the message holds no order") }
        let header = message["MSH"]
        let written = header?.text(7) ?? ""
        guard let messageTime = DateTime.sortable(written) else {
            throw MessageError(written.isEmpty ? .requiredFieldMissing : .dataType, "MSH", 7, "the time of the message is \(written.isEmpty ? "missing" : "no time stamp")")
        }
        return try groups.map { group throws(MessageError) in
            var order = ImagingOrder(accessionNumber: try accessionNumber(group), patientID: patientID)
            order.issuerOfPatientID = patient.text(3, component: 4)
            order.patientName = PersonNameField.dicom(patient, field: 5)
            order.patientBirthDate = String(patient.text(7).prefix(8))
            order.patientSex = patient.text(8).uppercased()
            order.patientClass = PatientClassCode.value(visit?.text(2) ?? "")
            order.location = visit?.text(3) ?? ""
            order.priority = try priority(group)
            order.reason = group.request?.text(31, component: 2).nonEmpty ?? group.request?.text(31) ?? ""
            order.requestedProcedureID = group.imaging?.text(2) ?? ""
            order.studyInstanceUID = group.imaging?.text(3).nonEmpty ?? message["ZDS"]?.text(1) ?? ""
            order.scheduledProcedureStepID = group.imaging?.text(4) ?? ""
            order.expectedImages = try expectedImages(group)
            order.isCancelled = try isCancelled(group.control)
            order.messageTime = messageTime
            return order
        }
    }

    /// The segments of one order.
    private struct Group {
        var control: Segment
        var timing: Segment?
        var request: Segment?
        var imaging: Segment?
        var observations: [Segment] = []
    }

    private static func groups(of message: Message) -> [Group] {
        var groups: [Group] = []
        for segment in message.segments {
            if segment.name == "ORC" {
                groups.append(Group(control: segment))
                continue
            }
            guard var group = groups.popLast() else { continue }
            switch segment.name {
            case "TQ1": group.timing = group.timing ?? segment
            case "OBR": group.request = group.request ?? segment
            case "IPC": group.imaging = group.imaging ?? segment
            case "OBX": group.observations.append(segment)
            default: break
            }
            groups.append(group)
        }
        return groups
    }

    private static func accessionNumber(_ group: Group) throws(MessageError) -> String {
        let candidates = [group.request?.text(3), group.control.text(3), group.imaging?.text(1), group.request?.text(18)]
        guard let number = candidates.compactMap({ $0?.nonEmpty }).first else {
            throw MessageError(.requiredFieldMissing, "OBR", 3, "the filler order number, which is the accession number, is missing")
        }
        guard number.count <= 64 else { throw MessageError(.dataType, "OBR", 3, "the accession number is longer than 64 characters") }
        return number
    }

    /// TQ1-9, else ORC-7.6, else OBR-27.6, else OBR-5 (HL7 tables 0485 and 0119): empty means routine.
    private static func priority(_ group: Group) throws(MessageError) -> OrderPriority {
        let places: [(Segment?, Int, Int)] = [(group.timing, 9, 1), (group.control, 7, 6), (group.request, 27, 6), (group.request, 5, 1)]
        for (segment, field, component) in places {
            guard let segment, let word = segment.text(field, component: component).nonEmpty else { continue }
            switch word.uppercased() {
            case "S", "STAT": return .stat
            case "A", "ASAP", "C", "CALLBACK", "T", "TIMING CRITICAL", "UR", "URGENT": return .asap
            case "R", "ROUTINE", "P", "PREOP", "PREOPERATIVE": return .routine
            default:
                // "PRN", "TS10" and others say when, not how soon.
                if word.uppercased().hasPrefix("TS") || word.uppercased() == "PRN" || word.uppercased() == "NR" { return .routine }
                throw MessageError(.tableValueNotFound, segment.name, field, "the priority \(word) is not known; send S, A or R")
            }
        }
        return .routine
    }

    private static func isCancelled(_ control: Segment) throws(MessageError) -> Bool {
        switch control.text(1).uppercased() {
        case "NW", "XO", "SC": return false
        case "CA", "DC": return true
        case "": throw MessageError(.requiredFieldMissing, "ORC", 1, "the order control is missing; send NW, XO, SC, CA or DC")
        default: throw MessageError(.tableValueNotFound, "ORC", 1, "the order control \(control.text(1)) is not supported; send NW, XO, SC, CA or DC")
        }
    }

    /// OBX `EXPECTED_IMAGES^^99FIRSTREAD`.
    private static func expectedImages(_ group: Group) throws(MessageError) -> Int? {
        guard let row = group.observations.first(where: { $0.text(3) == "EXPECTED_IMAGES" }) else { return nil }
        guard let number = Int(row.text(5)), (1...1_000_000).contains(number) else {
            throw MessageError(.dataType, "OBX", 5, "EXPECTED_IMAGES is no whole number above 0")
        }
        return number
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
        tq1.set(9, ["STAT": "S", "ASAP": "A"][order.priority.rawValue] ?? "R")
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
