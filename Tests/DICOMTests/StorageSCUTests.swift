import DICOM
import Foundation
import Synchronization
import Testing
import Worklist

/// Against FirstRead's own listener; against other systems: Tests/EndToEndTests.
@Suite struct StorageSCUTests {
    private func scu(_ port: Int, called: String = "PACS", seconds: Int = 5) throws -> StorageSCU {
        var settings = StorageSCU.Settings(host: "127.0.0.1", port: UInt16(port), calledAETitle: called, callingAETitle: "FIRSTREAD")
        settings.connectSeconds = seconds
        settings.acseSeconds = seconds
        settings.dimseSeconds = seconds
        return try StorageSCU(settings)
    }

    private let object = Part10.file(Part10.dataSet(instance: "2.25.900"), instance: "2.25.900")

    @Test func whatArrivesIsTheObjectUnderItsOwnUIDs() async throws {
        let running = try RunningListener()
        let scu = try scu(running.port)
        let outcome = try await onThread { [object] in scu.send(object) }
        #expect(outcome == .done)
        try await running.end()
        let received = try #require(running.received.first)
        #expect(received.callingAETitle == "FIRSTREAD" && received.calledAETitle == "PACS")
        #expect(received.affectedSOPInstanceUID == "2.25.900")
        #expect(try running.dataSet(received) == Part10.dataSet(instance: "2.25.900"))
        #expect(running.listener.counters.associationsOpen == 0)
    }

    @Test(arguments: [
        (0xA700 as UInt16, DeliveryOutcome.retry("C-STORE was answered with 0xA700, out of resources")),
        (0xC001, .setAside("C-STORE was answered with 0xC001, cannot understand")),
        (0xB000, .doneWithWarning("C-STORE was answered with 0xB000, a warning: the object is stored")),
    ])
    func theAnswerIsPassedOn(_ status: UInt16, _ expected: DeliveryOutcome) async throws {
        let running = try RunningListener(answer: { _ in StoreResponse(status: DIMSEStatus(rawValue: status)) })
        let scu = try scu(running.port)
        let outcome = try await onThread { [object] in scu.send(object) }
        #expect(outcome == expected)
        try await running.end()
    }

    @Test func theErrorCommentIsThePeersOwnWords() async throws {
        let running = try RunningListener(answer: { _ in StoreResponse(status: .outOfResources, errorComment: "disk full") })
        let scu = try scu(running.port)
        let outcome = try await onThread { [object] in scu.send(object) }
        let reason = DeliveryOutcome.Reason("C-STORE was answered with 0xA700, out of resources", said: "disk full")
        #expect(outcome == .retry(reason))
        try await running.end()
    }

    @Test func anUnknownCallingTitleIsRejectedForGood() async throws {
        let running = try RunningListener(settings: { $0.allowedCallingAETitles = ["SOMEBODY"] })
        let scu = try scu(running.port)
        let outcome = try await onThread { [object] in scu.send(object) }
        #expect(
            outcome == .setAside("the association was rejected: for good, the calling AE title is not recognized; name it at the receiver"))
        try await running.end()
    }

    @Test func aReceiverThatIsFullIsUnreachableForNow() async throws {
        let running = try RunningListener(settings: { $0.maximumAssociations = 1 })
        let port = running.port
        let scu = try scu(port)
        let outcome = try await onThread { [object] in
            let other = try RawAssociation(port: port)
            guard try other.associate().type == 0x02 else { throw RawAssociation.Failure(text: "not accepted") }
            return scu.send(object)
        }
        #expect(outcome == .unreachable("the association was rejected: for now, local limit exceeded"))
        try await running.end()
    }

    @Test func nobodyThereIsUnreachable() async throws {
        try DCMTK.start(log: quiet)
        let running = try RunningListener()
        let scu = try scu(running.port)
        try await running.end()
        guard case .unreachable(let reason) = try await onThread({ [object] in scu.send(object) }) else {
            Issue.record("reached")
            return
        }
        #expect(reason.sentence.hasPrefix("no connection"), "\(reason)")
    }

    @Test func bytesThatAreNoObjectAreNeverSent() async throws {
        let running = try RunningListener()
        let scu = try scu(running.port)
        for bytes in [Data(), Data("no DICOM".utf8)] {
            let outcome = try await onThread { scu.send(bytes) }
            #expect(outcome == .setAside("the object cannot be read, so it cannot be sent"))
        }
        #expect(running.listener.counters.associationsAccepted == 0)
        try await running.end()
    }

    @Test func aCallThatWaitsCanBeEnded() async throws {
        let answering = DispatchSemaphore(value: 0)
        let asked = DispatchSemaphore(value: 0)
        let running = try RunningListener(answer: { _ in
            asked.signal()
            answering.wait()
            return StoreResponse(status: .success)
        })
        let scu = try scu(running.port, seconds: 3600)
        async let first = onThread { [object] in scu.send(object) }
        try await onThread { asked.wait() }
        scu.cancel()
        let ended = try await first
        #expect(ended == .retry("the service stops"))
        answering.signal()
        let later = try await onThread { [object] in scu.send(object) }
        #expect(later == .retry("the service stops"))
        try await running.end()
    }
}
