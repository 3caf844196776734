/// Reads results: `ORU^R01` says, with OBR-25 `F`, that a study has been reported.
package enum FinalReportMessage {
    package struct Report: Hashable, Sendable {
        package var accessionNumber: String
        /// From a `ZDS` or `IPC` segment; empty where the sender names none.
        package var studyInstanceUID: String
        package var patientID: String
        /// OBR-25 is `F` or `C`; anything else (preliminary, in progress) leaves the list as it is.
        package var isFinal: Bool
    }

    package static func reports(in message: Message) throws(MessageError) -> [Report] {
        let patientID = message["PID"]?.text(3) ?? ""
        guard !patientID.isEmpty else { throw MessageError(.requiredFieldMissing, "PID", 3, "the patient ID is missing") }
        let study = message["ZDS"]?.text(1).nonEmpty ?? message["IPC"]?.text(3) ?? ""
        var reports: [Report] = []
        for request in message.segments where request.name == "OBR" {
            let accession = request.text(3).nonEmpty ?? request.text(18)
            guard !accession.isEmpty || !study.isEmpty else {
                throw MessageError(.requiredFieldMissing, "OBR", 3, "the filler order number, which is the accession number, is missing")
            }
            reports.append(
                Report(
                    accessionNumber: accession, studyInstanceUID: study, patientID: patientID,
                    isFinal: ["F", "C"].contains(request.text(25).uppercased())))
        }
        guard !reports.isEmpty else { throw MessageError(.segmentSequence, "OBR", "the message holds no result") }
        return reports
    }
}
