package import Worklist

/// Reads results: `ORU^R01` says, with OBR-25 `F` or `C`, that a study has been reported, and what the report says.
package enum FinalReportMessage {
    /// One report for each study of the message: OBR groups of one accession number are parts of one report.
    package static func reports(in message: Message) throws(MessageError) -> [FinalReport] {
        guard let patient = message["PID"] else { throw MessageError(.segmentSequence, "PID", "the patient is missing") }
        let number = try PatientNumberField.number(patient, field: 3)
        let messageTime = try MessageTime.of(message)
        let groups = groups(of: message)
        guard !groups.isEmpty else { throw MessageError(.segmentSequence, "OBR", "the message holds no result") }
        let shared = groups.count == 1 ? message["ZDS"]?.text(1).nonEmpty ?? message["IPC"]?.text(3) ?? "" : ""
        var reports: [FinalReport] = []
        for group in groups {
            let request = group.request
            var report = FinalReport(
                accessionNumber: request.text(3).nonEmpty ?? request.text(18).nonEmpty ?? group.control?.text(3) ?? "",
                studyInstanceUID: group.studyInstanceUID ?? shared, patientID: number.id)
            guard !report.accessionNumber.isEmpty || !report.studyInstanceUID.isEmpty else {
                throw request.error(.requiredFieldMissing, 3, component: 1, "the filler order number, which is the accession number, is missing")
            }
            report.issuerOfPatientID = number.issuer
            report.status = ["F": .final, "C": .corrected][request.text(25).uppercased()] ?? .preliminary
            report.text = group.lines.joined(separator: "\n")
            report.author = PersonNameField.interpreter(request, field: 32) ?? group.observer ?? ""
            report.reportedAt = request.text(22).nonEmpty ?? message["MSH"]?.text(7) ?? ""
            report.messageTime = messageTime
            join(report, to: &reports)
        }
        return reports
    }

    private static func join(_ report: FinalReport, to reports: inout [FinalReport]) {
        let same = reports.firstIndex { $0.accessionNumber == report.accessionNumber && $0.studyInstanceUID == report.studyInstanceUID }
        guard let same else { return reports.append(report) }
        if !report.text.isEmpty { reports[same].text += reports[same].text.isEmpty ? report.text : "\n" + report.text }
        if reports[same].author.isEmpty { reports[same].author = report.author }
        // A report is final when each of its parts is.
        if !report.isFinal || (report.status == .corrected && reports[same].isFinal) { reports[same].status = report.status }
    }

    /// One OBR and what follows it.
    private struct Group {
        var control: Segment?
        var request: Segment
        var studyInstanceUID: String?
        var observer: String?
        var lines: [String] = []
    }

    private static func groups(of message: Message) -> [Group] {
        var groups: [Group] = []
        var control: Segment?
        for segment in message.segments {
            switch segment.name {
            case "ORC": control = segment
            case "OBR":
                groups.append(Group(control: control, request: segment))
                control = nil
            case "OBX" where !groups.isEmpty:
                // DICOM Study (PS3.16, DCM 113014): a reference, no part of the text.
                if segment.text(3) == "113014" {
                    groups[groups.count - 1].studyInstanceUID = segment.text(5).nonEmpty
                } else {
                    groups[groups.count - 1].lines += text(of: segment)
                    let observer = groups[groups.count - 1].observer ?? PersonNameField.person(segment, field: 16)
                    groups[groups.count - 1].observer = observer
                }
            case "NTE" where !groups.isEmpty: groups[groups.count - 1].lines += segment.lines(3)
            case "ZDS" where !groups.isEmpty: groups[groups.count - 1].studyInstanceUID = segment.text(1).nonEmpty
            case "IPC" where !groups.isEmpty: groups[groups.count - 1].studyInstanceUID = segment.text(3).nonEmpty
            default: break
            }
        }
        return groups
    }

    /// OBX-5 as a reader would see it, by the type of OBX-2; what is no text is named by its identifier.
    private static func text(of row: Segment) -> [String] {
        guard !row.raw(5).isEmpty else { return [] }
        let name = row.text(3, component: 2).nonEmpty ?? row.text(3)
        switch row.text(2).uppercased() {
        case "CE", "CWE", "CNE", "CF": return [row.text(5, component: 2).nonEmpty ?? row.text(5)]
        case "NM", "SN", "DT", "TM", "TS", "DTM": return ["\(name): \(row.lines(5).joined(separator: ", "))" + (row.text(6).nonEmpty.map { " \($0)" } ?? "")]
        case "ED", "RP": return ["(\(name): data of another kind, \(row.text(5, component: 2)) \(row.text(5, component: 3)))"]
        default: return row.lines(5)
        }
    }
}
