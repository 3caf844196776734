import DICOM
import Foundation
import Testing

@Suite struct StorageListenerTests {
    @Test func aListenerAnswersAnEcho() async throws {
        let running = try RunningListener()
        let echo = try await peer("echoscu", ["127.0.0.1", "\(running.port)"])
        #expect(echo.status == 0, "\(echo.output)")
        try await running.end()
        #expect(running.listener.counters.associationsAccepted == 1)
        #expect(running.listener.counters.associationsOpen == 0)
    }

    @Test(arguments: ["storescu", "dcmsend"])
    func anObjectIsKeptByteForByte(_ sender: String) async throws {
        let running = try RunningListener()
        let dataSet = Part10.dataSet(instance: "2.25.100", rows: 300, columns: 200)
        let file = try running.folder.write(Part10.file(dataSet, instance: "2.25.100"), to: "sent")
        let sent = try await peer(sender, ["-aet", "MODALITY", "-aec", "ARCHIVE", "127.0.0.1", "\(running.port)", file])
        #expect(sent.status == 0, "\(sent.output)")
        try await running.end()
        let object = try #require(running.received.first)
        #expect(running.received.count == 1)
        #expect(try running.dataSet(object) == dataSet)
        #expect(object.byteCount == dataSet.count)
        #expect(object.callingAETitle == "MODALITY")
        #expect(object.calledAETitle == "ARCHIVE")
        #expect(object.peerAddress == "127.0.0.1")
        #expect(object.affectedSOPClassUID == Part10.computedRadiography)
        #expect(object.affectedSOPInstanceUID == "2.25.100")
        #expect(object.transferSyntaxUID == Part10.explicitLittleEndian)
        #expect(running.listener.counters.dataSetBytes == dataSet.count)
    }

    @Test func theFileIsOneThatOthersCanRead() async throws {
        let running = try RunningListener()
        let dataSet = Part10.dataSet(instance: "2.25.101")
        let file = try running.folder.write(Part10.file(dataSet, instance: "2.25.101"), to: "sent")
        _ = try await peer("storescu", ["-aet", "ODD", "127.0.0.1", "\(running.port)", file])
        try await running.end()
        let object = try #require(running.received.first)
        let dump = try await peer("dcmdump", ["-q", object.file])
        #expect(dump.status == 0, "\(dump.output)")
        for line in ["(0002,0002) UI =ComputedRadiographyImageStorage", "(0002,0003) UI [2.25.101]", "(0002,0010) UI =LittleEndianExplicit",
            "(0002,0013) SH [FIRSTREAD]", "(0002,0016) AE [ODD]"] {
            #expect(dump.output.contains(line), "\(dump.output)")
        }
        #expect(Part10.dataSet(ofFile: try bytes(ofFile: object.file)) == dataSet)
    }

    @Test(arguments: [("dcmcjpeg", "1.2.840.10008.1.2.4.70", "-xs"), ("dcmcrle", "1.2.840.10008.1.2.5", "-xr"),
        ("dcmcjpls", "1.2.840.10008.1.2.4.80", "-xt")])
    func aCompressedObjectStaysCompressed(_ compressor: String, _ syntax: String, _ option: String) async throws {
        let running = try RunningListener()
        let plain = try running.folder.write(Part10.file(Part10.dataSet(instance: "2.25.102"), instance: "2.25.102"), to: "plain")
        let file = running.folder.file("compressed")
        let compressed = try await peer(compressor, ["+ua", plain, file])
        #expect(compressed.status == 0, "\(compressed.output)")
        let sent = try await peer("storescu", [option, "127.0.0.1", "\(running.port)", file])
        #expect(sent.status == 0, "\(sent.output)")
        try await running.end()
        let object = try #require(running.received.first)
        #expect(object.transferSyntaxUID == syntax)
        #expect(try running.dataSet(object) == Part10.dataSet(ofFile: try bytes(ofFile: file)))
    }

    @Test(arguments: [1, 7, 1000, 100_000])
    func undefinedLengthsAndOddFragmentsChangeNothing(fragment: Int) async throws {
        let running = try RunningListener()
        let dataSet = Part10.dataSet(
            instance: "2.25.103", rows: fragment < 10 ? 4 : 300, columns: fragment < 10 ? 4 : 300,
            sequence: Part10.undefinedLengthSequence)
        let port = running.port
        let status = try await onThread {
            let association = try RawAssociation(port: port)
            guard try association.associate().type == 0x02 else { throw RawAssociation.Failure(text: "not accepted") }
            association.send(RawAssociation.store(dataSet, instance: "2.25.103", fragment: fragment))
            return try association.storeStatus().status
        }
        #expect(status == 0x0000)
        try await running.end()
        #expect(try running.dataSet(try #require(running.received.first)) == dataSet)
    }

    @Test func commandAndDataMayShareAPDU() async throws {
        let running = try RunningListener()
        let port = running.port
        let dataSet = Part10.dataSet(instance: "2.25.104")
        let status = try await onThread {
            let association = try RawAssociation(port: port)
            _ = try association.associate()
            association.send(RawAssociation.pdu(0x04,
                RawAssociation.pdv(isCommand: true, isLast: true, RawAssociation.storeRequest(instance: "2.25.104"))
                    + RawAssociation.pdv(isCommand: false, isLast: false, Data(dataSet.prefix(10)))
                    + RawAssociation.pdv(isCommand: false, isLast: true, Data(dataSet.dropFirst(10)))))
            return try association.storeStatus().status
        }
        #expect(status == 0x0000)
        try await running.end()
        #expect(try running.dataSet(try #require(running.received.first)) == dataSet)
    }

    @Test func eightSendersAtOnceLoseNothing() async throws {
        let running = try RunningListener()
        let port = running.port
        var sent: [String: Data] = [:]
        for sender in 0..<8 {
            for object in 0..<10 {
                let instance = "2.25.200\(sender).\(object)"
                let dataSet = Part10.dataSet(instance: instance, rows: 40 + sender, columns: 50 + object)
                sent[instance] = dataSet
                _ = try running.folder.write(Part10.file(dataSet, instance: instance), to: "from\(sender)-\(object)")
            }
        }
        let folder = running.folder
        try await withThrowingTaskGroup(of: PeerResult.self) { group in
            for sender in 0..<8 {
                group.addTask {
                    try await peer("storescu", ["127.0.0.1", "\(port)"] + (0..<10).map { folder.file("from\(sender)-\($0)") })
                }
            }
            for try await result in group { #expect(result.status == 0, "\(result.output)") }
        }
        try await running.end()
        #expect(running.received.count == 80)
        for object in running.received { #expect(try running.dataSet(object) == sent[object.affectedSOPInstanceUID]) }
        #expect(running.listener.counters.objectsStored == 80)
    }

    @Test func theSinkDecidesWhatTheSenderIsTold() async throws {
        let running = try RunningListener(answer: { _ in
            StoreResponse(status: .dataSetDoesNotMatchSOPClass, errorComment: "Größe\\" + String(repeating: "x", count: 100))
        })
        let port = running.port
        let answers = try await onThread {
            let association = try RawAssociation(port: port)
            _ = try association.associate()
            return try ([1, 2] as [UInt16]).map { number in
                association.send(RawAssociation.store(Part10.dataSet(instance: "2.25.9"), instance: "2.25.9", messageID: number))
                return try association.storeStatus()
            }
        }
        #expect(answers.map(\.status) == [0xA900, 0xA900])
        #expect(answers.allSatisfy { $0.comment == "Gr??e?" + String(repeating: "x", count: 58) })
        try await running.end()
        #expect(running.listener.counters.objectsRefused == 2)
    }

    @Test func aPortInUseSaysWhatToDo() throws {
        let running = try RunningListener()
        let port = UInt16(running.port)
        let failure = #expect(throws: DICOMError.self) { _ = try RunningListener { $0.port = port } }
        let message = failure?.message ?? ""
        #expect(failure?.code == .cannotListen)
        #expect(message.contains("127.0.0.1 port \(port)") && message.contains("in use") && message.contains("--dicom-port"), "\(message)")
    }

    @Test func onlyTheHostThatWasNamedIsListenedOn() async throws {
        let running = try RunningListener { $0.host = "127.0.0.2" }
        let port = running.port
        await #expect(throws: RawAssociation.Failure.self) { try await onThread { _ = try RawAssociation(port: port) } }
        let echo = try await peer("echoscu", ["127.0.0.2", "\(port)"])
        #expect(echo.status == 0, "\(echo.output)")
        try await running.end()
    }

    @Test(arguments: [
        { $0.aeTitle = "" }, { $0.aeTitle = "SEVENTEEN LETTERS" }, { $0.pduSize = 4095 }, { $0.pduSize = 131_074 },
        { $0.maximumAssociations = 0 }, { $0.allowedCallingAETitles = ["A\\B"] }, { $0.dimseTimeout = .seconds(-1) },
    ] as [@Sendable (inout StorageListener.Settings) -> Void])
    func aSettingThatCannotBeIsRefused(_ change: @Sendable (inout StorageListener.Settings) -> Void) {
        let failure = #expect(throws: DICOMError.self) { _ = try RunningListener(settings: change) }
        #expect(failure?.code == .invalidSetting)
    }
}
