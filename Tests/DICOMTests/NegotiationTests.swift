import DICOM
import Testing

@Suite struct NegotiationTests {
    private static let jpegBaseline = "1.2.840.10008.1.2.4.50"
    private static let jpegLossless = "1.2.840.10008.1.2.4.70"
    private static let deflated = "1.2.840.10008.1.2.1.99"
    private static let bigEndian = "1.2.840.10008.1.2.2"

    private func accepted(
        _ contexts: [(String, [String])], settings: (inout StorageListener.Settings) -> Void = { _ in }
    ) async throws -> [UInt8: String?] {
        let running = try RunningListener(settings: settings)
        let port = running.port
        let body = try await onThread {
            let answer = try RawAssociation(port: port).associate(contexts: contexts)
            guard answer.type == 0x02 else { throw RawAssociation.Failure(text: "not accepted") }
            return answer.body
        }
        try await running.end()
        return RawAssociation.acceptedSyntaxes(body)
    }

    @Test func ofSeveralTransferSyntaxesTheOneThatLosesNothingIsTaken() async throws {
        let sopClass = Part10.computedRadiography
        let accepted = try await accepted([
            (sopClass, [Part10.implicitLittleEndian, Part10.explicitLittleEndian]),
            (sopClass, [Self.jpegBaseline, Part10.implicitLittleEndian]),
            (sopClass, [Self.jpegLossless, Part10.explicitLittleEndian]),
            (sopClass, [Part10.explicitLittleEndian, Self.jpegLossless]),
            (sopClass, [Self.bigEndian, Self.deflated]),
            (sopClass, [Self.jpegBaseline]),
            (sopClass, ["1.2.3.4.5"]),
        ])
        #expect(accepted == [
            1: Part10.explicitLittleEndian, 3: Part10.implicitLittleEndian, 5: Self.jpegLossless, 7: Part10.explicitLittleEndian,
            9: Self.deflated, 11: Self.jpegBaseline, 13: nil,
        ])
    }

    /// From PS3.6 table A-1: some of each kind of compression.
    @Test func everyCompressionIsTaken() async throws {
        let syntaxes = [
            "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.5",
            "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70",
            "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91",
            "1.2.840.10008.1.2.4.92", "1.2.840.10008.1.2.4.93", "1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.4.100",
            "1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.107", "1.2.840.10008.1.2.4.108",
        ]
        let accepted = try await accepted(syntaxes.map { (Part10.computedRadiography, [$0]) })
        #expect(accepted.count == syntaxes.count)
        for (index, syntax) in syntaxes.enumerated() { #expect(accepted[UInt8(2 * index + 1)] == .some(syntax)) }
    }

    /// Beyond the list that storescu proposes: retired classes, and those of small print.
    @Test(arguments: [
        "1.2.840.10008.5.1.4.1.1.5", "1.2.840.10008.5.1.4.1.1.6", "1.2.840.10008.5.1.4.1.1.12.3", "1.2.840.10008.5.1.4.1.1.88.22",
        "1.2.840.10008.5.1.4.1.1.104.1", "1.2.840.10008.5.1.4.1.1.481.5", "1.2.840.10008.5.1.4.34.7", "1.2.840.10008.5.1.4.1.1.9.1.1",
    ])
    func everyStorageClassOfTheDictionaryIsTaken(_ sopClass: String) async throws {
        #expect(try await accepted([(sopClass, [Part10.explicitLittleEndian])]) == [1: Part10.explicitLittleEndian])
    }

    @Test func whatIsNoStorageClassIsRefused() async throws {
        let patientRootFind = "1.2.840.10008.5.1.4.1.2.1.1"
        let unknown = "1.2.826.0.1.3680043.10.999.77"
        let proposed = [(patientRootFind, [Part10.explicitLittleEndian]), (unknown, [Part10.explicitLittleEndian])]
        #expect(try await accepted(proposed) == [1: nil, 3: nil])
        #expect(try await accepted(proposed) { $0.acceptsUnknownSOPClasses = true } == [1: nil, 3: Part10.explicitLittleEndian])
    }

    @Test func onlyAllowedCallersAreLetIn() async throws {
        let running = try RunningListener { $0.allowedCallingAETitles = ["CT1", "XRAY 2"] }
        let address = ["127.0.0.1", "\(running.port)"]
        let refused = try await peer("echoscu", ["-aet", "STRANGER"] + address)
        #expect(refused.status != 0)
        #expect(refused.output.contains("Calling AE Title Not Recognized"), "\(refused.output)")
        let allowed = try await peer("echoscu", ["-aet", "XRAY 2"] + address)
        #expect(allowed.status == 0, "\(allowed.output)")
        try await running.end()
        #expect(running.listener.counters.associationsRejected == 1)
        #expect(running.listener.counters.associationsAccepted == 1)
    }

    @Test func theCalledTitleCountsOnlyWhereItIsChecked() async throws {
        let strict = try RunningListener { $0.checksCalledAETitle = true }
        let wrong = try await peer("echoscu", ["-aec", "OTHER", "127.0.0.1", "\(strict.port)"])
        #expect(wrong.status != 0)
        #expect(wrong.output.contains("Called AE Title Not Recognized"), "\(wrong.output)")
        let right = try await peer("echoscu", ["-aec", "FIRSTREAD", "127.0.0.1", "\(strict.port)"])
        #expect(right.status == 0, "\(right.output)")
        try await strict.end()
    }

    @Test func oneAssociationTooManyIsRejectedForNow() async throws {
        let running = try RunningListener { $0.maximumAssociations = 2 }
        let port = running.port
        let third = try await onThread {
            let first = try RawAssociation(port: port)
            let second = try RawAssociation(port: port)
            let third = try RawAssociation(port: port)
            let answers = try [first.associate().type, second.associate().type]
            let rejection = try third.associate()
            return (answers, rejection.type, [UInt8](rejection.body))
        }
        #expect(third.0 == [0x02, 0x02])
        #expect(third.1 == 0x03)
        // PS3.8 table 9-21: transient; service provider, presentation; local limit exceeded.
        #expect(third.2 == [0, 2, 3, 2])
        try await running.end()
    }
}
