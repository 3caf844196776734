extension StorageListener {
    /// Who may send, and how much.
    package struct Settings: Hashable, Sendable {
        /// Name or address to listen on.
        package var host = "127.0.0.1"
        /// 0 takes a free one.
        package var port: UInt16 = 11112
        /// Our AE title, 1 to 16 characters.
        package var aeTitle = "FIRSTREAD"
        /// Whether an association called by another title is rejected. Off, as in storescp and Orthanc: the title says nothing about
        /// the sender, and one typed wrongly at a modality would lose its images.
        package var checksCalledAETitle = false
        /// Who may send; empty: everyone.
        package var allowedCallingAETitles: Set<String> = []
        /// Whether SOP classes that DCMTK does not know (private ones, and those younger than it) are taken for storage classes.
        package var acceptsUnknownSOPClasses = false

        /// Associations at the same time; one more is rejected as transient, local limit exceeded. Each has a thread.
        package var maximumAssociations = 64
        /// Connections that have not asked for an association yet; one more is closed.
        package var maximumWaitingConnections = 64
        /// Largest P-DATA-TF PDU taken, in bytes; 4096 to 131072, DCMTK's limits.
        package var pduSize = 131_072
        /// Largest data set, in bytes; a larger one is answered with 0xA700.
        package var maximumObjectBytes = 4 << 30

        /// Time from the connection to a whole A-ASSOCIATE-RQ (ARTIM, PS3.8 section 9.1.4).
        package var acseTimeout: Duration = .seconds(30)
        /// Longest silence within a message, in either direction.
        package var dimseTimeout: Duration = .seconds(60)
        /// Longest silence between two messages of an association.
        package var idleTimeout: Duration = .seconds(600)
        /// Time for the objects in hand after ``StorageListener/stop()``; those that are not through by then are aborted.
        package var stopGrace: Duration = .seconds(10)

        /// Implementation Class UID (0002,0012) of the file meta information and of the association; its root is UUID-derived (PS3.5 B.2).
        package var implementationClassUID = "2.25.336584394847512241891256255892364193404"
        /// Implementation Version Name (0002,0013), at most 16 characters.
        package var implementationVersionName = "FIRSTREAD"

        package init() {}

        /// The first setting that can't be, as a sentence.
        func check() throws(DICOMError) {
            func demand(_ holds: Bool, _ message: String) throws(DICOMError) {
                if !holds { throw DICOMError(code: .invalidSetting, message: message) }
            }
            for title in [aeTitle] + allowedCallingAETitles.sorted() {
                try demand(
                    (1...16).contains(title.utf8.count) && title.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x5C }
                        && title.first != " " && title.last != " ",
                    "AE title \"\(title)\": use 1 to 16 ASCII characters without backslash, and no blanks around them (PS3.5, AE).")
            }
            try demand(
                (4096...131_072).contains(pduSize) && pduSize.isMultiple(of: 2),
                "PDU size \(pduSize): use an even number of bytes from 4096 to 131072.")
            try demand(
                (1...10_000).contains(maximumAssociations) && (1...10_000).contains(maximumWaitingConnections),
                "Limits on associations (\(maximumAssociations)) and waiting connections (\(maximumWaitingConnections)): use 1 to 10000.")
            try demand(maximumObjectBytes > 0, "Limit on an object's size (\(maximumObjectBytes) bytes): use a positive number.")
            for (name, limit) in [
                ("ACSE time limit", acseTimeout), ("DIMSE time limit", dimseTimeout),
                ("idle time limit", idleTimeout), ("grace period on stopping", stopGrace),
            ] {
                try demand((.zero ... .seconds(86_400)).contains(limit), "\(name) of \(limit): use 0 seconds to a day.")
            }
            try demand(
                (1...64).contains(implementationClassUID.utf8.count) && implementationVersionName.utf8.count <= 16,
                "Implementation Class UID and Version Name: use at most 64 and 16 characters.")
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, so that a short limit is not none.
    var milliseconds: UInt32 {
        let (seconds, attoseconds) = components
        let value = Double(seconds) * 1e3 + Double(attoseconds) / 1e15
        return UInt32(clamping: Int64(value.rounded(.up)))
    }
}
