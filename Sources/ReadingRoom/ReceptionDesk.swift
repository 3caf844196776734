import DICOM
import Logging
import Storage
import Worklist

/// Takes an object that has just arrived: checks it, keeps it, records it, and only then lets the listener answer success.
struct ReceptionDesk: Sendable {
    let archive: StudyArchive
    let store: WorklistStore
    let folder: DataFolder
    let minimumFreeBytes: UInt64
    /// Ours, by which results that come back are known.
    let aeTitle: String
    let announcing: Announcing
    let clock: WallClock
    let arrivals: Doorbell
    let scoring: Doorbell
    let log: Logger

    var sink: StorageSink {
        StorageSink(newFile: newFile, store: receive)
    }

    @Sendable private func newFile() throws -> String {
        if let free = folder.freeBytes, free < minimumFreeBytes {
            throw StorageError(.outOfSpace, "less than \(minimumFreeBytes >> 20) MB free on the disk of \(folder.path). Free space, then the sender may try again.")
        }
        return archive.newIncomingFile()
    }

    /// Runs on the association's own thread; it may take as long as the disk does.
    @Sendable private func receive(_ object: ReceivedObject) -> StoreResponse {
        do {
            return try keep(object)
        } catch {
            archive.discard(incomingFile: object.file)
            log.error("object refused: it could not be kept", metadata: [
                "dicom.calling-ae": "\(object.callingAETitle)", "dicom.sop-instance": "\(object.affectedSOPInstanceUID)", "error.description": "\(error)",
            ])
            if let error = error as? StorageError, error.code == .outOfSpace {
                return StoreResponse(status: .outOfResources, errorComment: "out of space")
            }
            return StoreResponse(status: .outOfResources, errorComment: "could not be kept; see the log of the receiver")
        }
    }

    private func keep(_ object: ReceivedObject) throws -> StoreResponse {
        let header: ObjectHeader
        do {
            header = try ObjectHeader.read(file: object.file)
        } catch {
            return refuse(object, .cannotUnderstand, "data set cannot be read")
        }
        guard header.sopClassUID == object.affectedSOPClassUID else {
            return refuse(object, .dataSetDoesNotMatchSOPClass, "SOP Class UID is not that of the request")
        }
        guard header.sopInstanceUID == object.affectedSOPInstanceUID else {
            return refuse(object, .dataSetDoesNotMatchSOPClass, "SOP Instance UID is not that of the request")
        }
        guard let study = UID(header.studyInstanceUID) else {
            return refuse(object, .cannotUnderstand, Self.complaint("Study Instance UID", header.studyInstanceUID))
        }
        guard let series = UID(header.seriesInstanceUID) else {
            return refuse(object, .cannotUnderstand, Self.complaint("Series Instance UID", header.seriesInstanceUID))
        }
        guard let instance = UID(header.sopInstanceUID) else {
            return refuse(object, .cannotUnderstand, Self.complaint("SOP Instance UID", header.sopInstanceUID))
        }
        let address = StudyArchive.Address(study: study, series: series, instance: instance)
        let kept = try archive.keep(object.file, as: address)
        let now = clock()
        let reception = Reception(
            header: header, address: address, kept: kept, bytes: object.byteCount, callingAETitle: object.callingAETitle, at: now,
            isOwnResult: ResultUID.isSeries(series, of: study, by: aeTitle))
        switch try store.record(reception, announcements: { [announcing] study in announcing.messages(about: study, at: now) }) {
        case .completed: scoring.ring()
        case .reopened: arrivals.ring()
        case .none: break
        }
        return StoreResponse(status: .success, errorComment: nil)
    }

    private static func complaint(_ name: String, _ value: String) -> String { "\(name) is \(value.isEmpty ? "missing" : "malformed")" }

    private func refuse(_ object: ReceivedObject, _ status: DIMSEStatus, _ comment: String) -> StoreResponse {
        archive.discard(incomingFile: object.file)
        log.warning("object refused", metadata: [
            "dicom.calling-ae": "\(object.callingAETitle)", "dicom.status": "\(String(status.rawValue, radix: 16))", "dicom.error-comment": "\(comment)",
        ])
        return StoreResponse(status: status, errorComment: comment)
    }
}
