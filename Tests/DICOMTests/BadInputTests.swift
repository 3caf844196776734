import DICOM
import Foundation
import Glibc
import Testing

@Suite struct BadInputTests {
    @Test func anObjectCutOffLeavesNothingBehind() async throws {
        let running = try RunningListener()
        let port = running.port
        let stream = RawAssociation.store(Part10.dataSet(instance: "2.25.300", rows: 200, columns: 200), instance: "2.25.300")
        let wholePDUs = RawAssociation.pdu(0x04, RawAssociation.pdv(isCommand: true, isLast: true, RawAssociation.storeRequest(instance: "2.25.300")))
            + RawAssociation.pdu(0x04, RawAssociation.pdv(isCommand: false, isLast: false, Data(count: 10_000)))
        try await onThread {
            for ending in 0..<3 {
                let association = try RawAssociation(port: port)
                _ = try association.associate()
                association.send(ending == 0 ? wholePDUs : Data(stream.prefix(stream.count / 2)))
                // A-ABORT, the end of sending, or simply the end.
                if ending == 0 { association.send(RawAssociation.pdu(0x07, Data(count: 4))) }
                if ending == 1 { association.endSending() }
                if ending < 2 { association.drain() }
            }
        }
        let echo = try await peer("echoscu", ["127.0.0.1", "\(port)"])
        #expect(echo.status == 0, "\(echo.output)")
        try await running.end()
        #expect(running.received.isEmpty)
        #expect(try running.folder.contents() == [])
    }

    @Test func aFullDiskRefusesTheObjectAndKeepsTheAssociation() async throws {
        let running = try RunningListener(newFile: { folder, number in
            let path = folder.file("\(number).dcm")
            if number == 1 { try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full") }
            return path
        })
        let port = running.port
        let dataSet = Part10.dataSet(instance: "2.25.301", rows: 300, columns: 300)
        let answers = try await onThread {
            let association = try RawAssociation(port: port)
            _ = try association.associate()
            return try ([1, 2] as [UInt16]).map { number in
                association.send(RawAssociation.store(dataSet, instance: "2.25.301", messageID: number))
                return try association.storeStatus()
            }
        }
        #expect(answers.map(\.status) == [0xA700, 0x0000])
        #expect(answers[0].comment == "Out of space")
        try await running.end()
        #expect(running.received.count == 1)
        #expect(try running.folder.contents() == ["2.dcm"])
    }

    @Test func aSinkWithoutAPlaceRefusesTheObject() async throws {
        struct NoPlace: Error {}
        let running = try RunningListener(newFile: { _, _ in throw NoPlace() })
        let file = try running.folder.write(Part10.file(Part10.dataSet(instance: "2.25.302"), instance: "2.25.302"), to: "sent")
        let sent = try await peer("storescu", ["-v", "127.0.0.1", "\(running.port)", file])
        #expect(sent.output.contains("Refused: OutOfResources") || sent.output.contains("0xa700"), "\(sent.output)")
        try await running.end()
        #expect(running.received.isEmpty)
    }

    @Test func aFileThatHasContentIsNeverTouched() async throws {
        let running = try RunningListener(newFile: { folder, _ in try folder.write(Data("kept".utf8), to: "old") })
        let port = running.port
        let status = try await onThread {
            let association = try RawAssociation(port: port)
            _ = try association.associate()
            association.send(RawAssociation.store(Part10.dataSet(instance: "2.25.303"), instance: "2.25.303"))
            return try association.storeStatus().status
        }
        #expect(status == 0xA700)
        try await running.end()
        #expect(try bytes(ofFile: running.folder.file("old")) == Data("kept".utf8))
    }

    @Test func anObjectAboveTheLimitIsRefused() async throws {
        let running = try RunningListener { $0.maximumObjectBytes = 10_000 }
        let port = running.port
        let statuses = try await onThread {
            let association = try RawAssociation(port: port)
            _ = try association.associate()
            return try [100, 10].map { rows in
                association.send(RawAssociation.store(Part10.dataSet(instance: "2.25.304", rows: rows, columns: 100), instance: "2.25.304"))
                return try association.storeStatus().status
            }
        }
        #expect(statuses == [0xA700, 0x0000])
        try await running.end()
        #expect(try running.folder.contents() == ["2.dcm"])
    }

    @Test(arguments: ["", String(repeating: "1", count: 65)])
    func aRequestWithoutAProperUIDIsNotUnderstood(_ instance: String) async throws {
        let running = try RunningListener()
        let port = running.port
        let answer = try await onThread {
            let association = try RawAssociation(port: port)
            _ = try association.associate()
            association.send(RawAssociation.store(Part10.dataSet(instance: "2.25.305"), instance: instance))
            return try association.storeStatus()
        }
        #expect(answer.status == 0xC000)
        #expect(answer.comment?.isEmpty == false)
        try await running.end()
        #expect(try running.folder.contents() == [])
    }

    @Test func senderThatFallsSilentIsLetGo() async throws {
        let running = try RunningListener {
            $0.acseTimeout = .milliseconds(200)
            $0.dimseTimeout = .milliseconds(200)
            $0.idleTimeout = .milliseconds(200)
        }
        let port = running.port
        let last = try await onThread {
            // Half an association request, half an object, nothing after the association: each ends without our doing.
            let half = try RawAssociation(port: port)
            half.send(Data(RawAssociation.associateRequest(contexts: [(Part10.ctImage, [Part10.implicitLittleEndian])]).prefix(50)))
            half.drain()
            let inside = try RawAssociation(port: port)
            _ = try inside.associate()
            inside.send(Data(RawAssociation.store(Part10.dataSet(instance: "2.25.306"), instance: "2.25.306").dropLast(5)))
            let idle = try RawAssociation(port: port)
            _ = try idle.associate()
            return [inside.nextPDU()?.type, idle.nextPDU()?.type]
        }
        #expect(last == [0x07, 0x07])
        try await running.end()
        #expect(try running.folder.contents() == [])
        #expect(running.listener.counters.connectionsRefused == 1)
    }

    @Test func aSilentConnectionKeepsNobodyWaiting() async throws {
        let running = try RunningListener()
        let port = running.port
        let accepted = try await onThread {
            let silent = try (0..<2).map { _ in try RawAssociation(port: port) }
            return try withExtendedLifetime(silent) { try RawAssociation(port: port).associate().type }
        }
        #expect(accepted == 0x02)
        try await running.end()
    }

    @Test func oneWaitingConnectionTooManyIsClosed() async throws {
        let running = try RunningListener { $0.maximumWaitingConnections = 2 }
        let port = running.port
        let answer = try await onThread {
            let silent = try (0..<2).map { _ in try RawAssociation(port: port) }
            return try withExtendedLifetime(silent) { try RawAssociation(port: port).nextPDU()?.type }
        }
        #expect(answer == nil)
        try await running.end()
        #expect(running.listener.counters.connectionsRefused == 1)
    }

    @Test func stoppingEndsAnIdleAssociation() async throws {
        let running = try RunningListener()
        let listener = running.listener
        let last = try await onThread {
            let idle = try RawAssociation(port: listener.port)
            _ = try idle.associate()
            listener.stop()
            return idle.nextPDU()?.type
        }
        #expect(last == 0x07)
        try await running.end()
        let port = listener.port
        await #expect(throws: RawAssociation.Failure.self) { try await onThread { _ = try RawAssociation(port: port) } }
    }

    @Test func stoppingLetsTheObjectInHandFinish() async throws {
        let running = try RunningListener()
        let listener = running.listener
        let folder = running.folder
        let answers = try await onThread {
            let stream = RawAssociation.store(Part10.dataSet(instance: "2.25.307"), instance: "2.25.307")
            let association = try RawAssociation(port: listener.port)
            _ = try association.associate()
            association.send(Data(stream.prefix(300)))
            // The association is inside the object once its file is there.
            while try folder.contents().isEmpty { usleep(2000) }
            listener.stop()
            association.send(Data(stream.dropFirst(300)))
            return (try association.storeStatus().status, association.nextPDU()?.type)
        }
        #expect(answers.0 == 0x0000)
        #expect(answers.1 == 0x07)
        try await running.end()
        #expect(running.received.count == 1)
    }

    @Test func stoppingAbortsAnObjectThatDoesNotFinish() async throws {
        let running = try RunningListener { $0.stopGrace = .milliseconds(100) }
        let listener = running.listener
        let folder = running.folder
        let last = try await onThread {
            let association = try RawAssociation(port: listener.port)
            _ = try association.associate()
            association.send(Data(RawAssociation.store(Part10.dataSet(instance: "2.25.308"), instance: "2.25.308").prefix(300)))
            while try folder.contents().isEmpty { usleep(2000) }
            listener.stop()
            return association.nextPDU()?.type
        }
        #expect(last == 0x07)
        try await running.end()
        #expect(running.received.isEmpty)
        #expect(try folder.contents() == [])
    }

    @Test func garbageHarmsNobody() async throws {
        let running = try RunningListener {
            $0.acseTimeout = .seconds(2)
            $0.dimseTimeout = .seconds(2)
            $0.idleTimeout = .seconds(2)
        }
        let port = running.port
        let folder = running.folder
        try await onThread {
            var random = SeededGenerator(seed: 20_240_117)
            let request = RawAssociation.associateRequest(contexts: [
                (Part10.computedRadiography, [Part10.explicitLittleEndian, Part10.implicitLittleEndian]), (Part10.ctImage, [Part10.implicitLittleEndian]),
            ])
            let tls = Data([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]) + Data(count: 500)
            let web = Data("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
            for round in 0..<200 {
                let association = try RawAssociation(port: port)
                let object = RawAssociation.store(Part10.dataSet(instance: "2.25.309"), instance: "2.25.309", fragment: 120)
                switch round % 5 {
                case 0: association.send(random.bytes(Int.random(in: 0..<2000, using: &random)))
                case 1: association.send(round.isMultiple(of: 2) ? tls : web)
                case 2: association.send(random.mutated(request))
                case 3:
                    _ = try association.associate()
                    association.send(random.mutated(object))
                default: association.send(random.mutated(request + object))
                }
                association.endSending()
                association.drain()
            }
            // A command set of sequences within sequences, deeper than any stack.
            let nested = Data((0..<60_000).flatMap { _ in [0x00, 0x00, 0x01, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF] as [UInt8] })
            let association = try RawAssociation(port: port)
            _ = try association.associate()
            association.send(RawAssociation.pdu(0x04, RawAssociation.pdv(isCommand: true, isLast: true, Data(nested.prefix(100_000)))))
            association.drain()
        }
        let echo = try await peer("echoscu", ["127.0.0.1", "\(port)"])
        #expect(echo.status == 0, "\(echo.output)")
        try await running.end()
        // What came whole was handed over; of the rest there is no file.
        #expect(try folder.contents().count == running.received.count)
        #expect(running.listener.counters.associationsOpen == 0)
    }
}

/// SplitMix64: the same garbage every time.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes(_ count: Int) -> Data { Data((0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }) }

    /// A few bytes replaced, cut out or doubled.
    mutating func mutated(_ original: Data) -> Data {
        var bytes = [UInt8](original)
        for _ in 0..<Int.random(in: 1...6, using: &self) where !bytes.isEmpty {
            let position = Int.random(in: bytes.indices, using: &self)
            switch next() % 4 {
            case 0: bytes[position] = UInt8(truncatingIfNeeded: next())
            case 1: bytes[position] = next().isMultiple(of: 2) ? 0xFF : 0x00
            case 2: bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 1...40, using: &self)))
            default: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 20)], at: position)
            }
        }
        return Data(bytes)
    }
}
