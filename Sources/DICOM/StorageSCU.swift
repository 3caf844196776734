internal import CDCMTK
package import Foundation
package import Worklist

/// A storage SCU for one peer: sends objects one at a time, each over an association of its own.
///
///     let scu = try StorageSCU(settings)
///     switch scu.send(file) { case .done: … }     // blocks
///
/// An association each: results are small and seldom, none is held open at a PACS that counts them, and none can be found dead.
package final class StorageSCU: Sendable {
    package struct Settings: Hashable, Sendable {
        /// Name or IPv4 address: DCMTK 3.6.7 connects over IPv4 only.
        package var host: String
        package var port: UInt16
        package var calledAETitle: String
        package var callingAETitle: String
        package var connectSeconds = 5
        /// How long the peer may take to answer A-ASSOCIATE-RQ.
        package var acseSeconds = 15
        /// Longest silence while an object goes out, and until its answer comes.
        package var dimseSeconds = 30

        package init(host: String, port: UInt16, calledAETitle: String, callingAETitle: String) {
            self.host = host
            self.port = port
            self.calledAETitle = calledAETitle
            self.callingAETitle = callingAETitle
        }
    }

    private let handle: Handle

    package init(_ settings: Settings) throws(DICOMError) { handle = try Handle(settings) }

    /// Sends the object of a Part 10 file; returns when its fate is known. Calls must follow one another.
    package func send(_ file: Data) -> DeliveryOutcome { DeliveryOutcome(handle.send(file)) }

    /// Ends the call that waits; its outcome is `.retry`. No later one sends anything.
    package func cancel() { handle.cancel() }
}

/// The C++ sender.
///
/// `@unchecked Sendable`: the pointer never changes, `cancel` is made for other threads, and calls of `send` follow one another.
private final class Handle: @unchecked Sendable {
    private let sender: OpaquePointer

    init(_ settings: StorageSCU.Settings) throws(DICOMError) {
        let implementation = StorageListener.Settings()
        let made = settings.host.withCString { host in
            settings.calledAETitle.withCString { called in
                settings.callingAETitle.withCString { calling in
                    implementation.implementationClassUID.withCString { classUID in
                        implementation.implementationVersionName.withCString { versionName in
                            withUnsafePointer(
                                to: cdcmtk_sender_settings(
                                    host: host, port: settings.port, called_ae_title: called, calling_ae_title: calling,
                                    connect_timeout_s: UInt32(clamping: settings.connectSeconds),
                                    acse_timeout_s: UInt32(clamping: settings.acseSeconds),
                                    dimse_timeout_s: UInt32(clamping: settings.dimseSeconds),
                                    pdu_size: UInt32(implementation.pduSize), implementation_class_uid: classUID,
                                    implementation_version_name: versionName)
                            ) { raw in DICOM.calling { message, capacity in cdcmtk_sender_create(raw, message, capacity) } }
                        }
                    }
                }
            }
        }
        switch made {
        case .success(let sender): self.sender = sender
        case .failure(let failure):
            throw DICOMError(
                code: .invalidSetting,
                message: "Can't send to \(settings.host):\(settings.port): \(failure.text). Name the host by fewer than 58 characters, or its address.")
        }
    }

    deinit { cdcmtk_sender_free(sender) }

    func send(_ file: Data) -> cdcmtk_sending {
        file.withUnsafeBytes { bytes in
            guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else {
                var nothing = cdcmtk_sending()
                nothing.end = cdcmtk_sending_not_an_object
                return nothing
            }
            return cdcmtk_sender_send(sender, start, bytes.count)
        }
    }

    func cancel() { cdcmtk_sender_cancel(sender) }
}
