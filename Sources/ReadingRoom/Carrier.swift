import DICOM
import HL7
import Logging
import Storage
import Worklist

/// Takes the messages of an outbox to one receiver, one at a time.
protocol Carrier: Sendable {
    /// The receiver, as the settings name it.
    var receiver: String { get }
    /// How the log names a message.
    func metadata(of message: QueuedMessage) -> Logger.Metadata
    /// Returns when the message's fate is known; a cancelled task gets `.retry` soon.
    func carry(_ message: QueuedMessage) async -> DeliveryOutcome
    func close() async
}

/// HL7 messages over MLLP.
struct FeedCarrier: Carrier {
    let receiver: String
    let client: MLLPClient

    init(_ address: FeedAddress, _ settings: FeedSettings) {
        var mllp = MLLPClient.Settings(host: address.host, port: Int(address.port))
        mllp.answerSeconds = settings.answerSeconds
        receiver = address.description
        client = MLLPClient(mllp)
    }

    func metadata(of message: QueuedMessage) -> Logger.Metadata { ["hl7.control-id": "\(message.controlID)"] }

    func carry(_ message: QueuedMessage) async -> DeliveryOutcome { await client.send(message.body, controlID: message.controlID) }

    func close() async { await client.close() }
}

/// Results by C-STORE.
struct StoreCarrier: Carrier {
    let receiver: String
    let store: WorklistStore
    let scu: StorageSCU

    init(_ address: StoreAddress, _ settings: StoreSettings, from aeTitle: String, store: WorklistStore) throws {
        var scu = StorageSCU.Settings(host: address.host, port: address.port, calledAETitle: address.aeTitle, callingAETitle: aeTitle)
        scu.connectSeconds = settings.connectSeconds
        scu.acseSeconds = settings.acseSeconds
        scu.dimseSeconds = settings.dimseSeconds
        receiver = address.description
        self.store = store
        self.scu = try StorageSCU(scu)
    }

    func metadata(of message: QueuedMessage) -> Logger.Metadata { ["dicom.sop-instance": "\(message.body)"] }

    func carry(_ message: QueuedMessage) async -> DeliveryOutcome {
        await withTaskCancellationHandler {
            do {
                return try await onBlockingThread { [store, scu] in
                    guard let result = try store.result(message.body) else { return .setAside("the database no longer has the object") }
                    return scu.send(result.file)
                }
            } catch {
                return .retry("the object could not be read: \(error)")
            }
        } onCancel: {
            scu.cancel()
        }
    }

    func close() async {}
}
