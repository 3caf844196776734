import DICOM
import Foundation
import Testing
import Worklist

@Suite struct ObjectHeaderTests {
    let folder: TemporaryFolder

    init() throws {
        try DCMTK.start(log: quiet)
        folder = try TemporaryFolder()
    }

    @Test func eachAttributeIsReadFromItsTag() throws {
        let header = try read(Part10.file(Self.film, instance: "2.25.10"))
        var expected = ObjectHeader()
        expected.transferSyntaxUID = Part10.explicitLittleEndian
        expected.sopClassUID = Part10.computedRadiography
        expected.sopInstanceUID = "2.25.10"
        expected.studyInstanceUID = "2.25.1"
        expected.seriesInstanceUID = "2.25.2"
        expected.patientID = "P 1"
        expected.issuerOfPatientID = "HOSPITAL"
        expected.patientName = "Synthetic^Person"
        expected.patientBirthDate = "19610304"
        expected.patientAge = "065Y"
        expected.patientSex = "F"
        expected.accessionNumber = "A-7"
        expected.studyID = "S1"
        expected.studyDate = "20261125"
        expected.studyTime = "101500.25"
        expected.studyDescription = "Thorax in 2 planes"
        expected.seriesDescription = "PA"
        expected.seriesNumber = "3"
        expected.instanceNumber = "4"
        expected.protocolName = "CHEST PA"
        expected.requestedProcedureID = "RP1"
        expected.scheduledProcedureStepID = "SPS1"
        expected.modality = "CR"
        expected.bodyPartExamined = "CHEST"
        expected.viewPosition = "PA"
        expected.patientOrientation = ["L", "F"]
        expected.viewCodes = [Code(value: "272479007", scheme: "SCT", meaning: "postero-anterior")]
        expected.anatomicRegionCodes = [Code(value: "43799004", scheme: "SCT", meaning: "Chest"), Code(value: "long", scheme: "L", meaning: "")]
        expected.procedureCodes = [Code(value: "36643-5", scheme: "LN", meaning: "XR Chest 2V")]
        expected.imageType = ["ORIGINAL", "PRIMARY", ""]
        expected.presentationIntentType = "FOR PRESENTATION"
        expected.photometricInterpretation = "MONOCHROME1"
        expected.rows = 2000
        expected.columns = 1700
        expected.numberOfFrames = 2
        expected.numberOfStudyRelatedInstances = 5
        expected.hasPixelData = true
        expected.specificCharacterSet = ["ISO_IR 100"]
        #expect(header == expected)
    }

    @Test(arguments: ["+ti", "+te", "+tb", "+td"])
    func everyEncodingOfADataSetReadsTheSame(_ option: String) async throws {
        let source = try folder.write(Part10.file(Self.film, instance: "2.25.10"), to: "source")
        let target = folder.file("target")
        let converted = try await peer("dcmconv", [option, source, target])
        #expect(converted.status == 0, "\(converted.output)")
        var header = try ObjectHeader.read(file: target)
        let names = ["+ti": "1.2.840.10008.1.2", "+te": "1.2.840.10008.1.2.1", "+tb": "1.2.840.10008.1.2.2", "+td": "1.2.840.10008.1.2.1.99"]
        #expect(header.transferSyntaxUID == names[option])
        header.transferSyntaxUID = Part10.explicitLittleEndian
        #expect(try header == ObjectHeader.read(file: source))
    }

    @Test func aDataSetWithoutPreambleIsRead() throws {
        let header = try read(Self.film)
        #expect(header.sopInstanceUID == "2.25.10")
        #expect(header.transferSyntaxUID == Part10.explicitLittleEndian)
    }

    @Test(arguments: [(0x0008, "OF"), (0x0009, "OD"), (0x0010, "OW")] as [(UInt16, String)])
    func eachKindOfPixelDataCounts(_ number: UInt16, _ vr: String) throws {
        let pixels = Part10.little(UInt16(0x7FE0)) + Part10.little(number) + Data(vr.utf8) + Data([0, 0, 4, 0, 0, 0, 1, 2, 3, 4])
        #expect(try read(Part10.file(Self.withoutPixels + pixels, instance: "2.25.10")).hasPixelData)
    }

    @Test func anIconIsNoPixelData() throws {
        let icon = Part10.item(Part10.element(0x7FE0, 0x0010, "OW", Data(count: 64)))
        let dataSet = Self.withoutPixels + Part10.element(0x0088, 0x0200, "SQ", icon)
        #expect(try !read(Part10.file(dataSet, instance: "2.25.10")).hasPixelData)
        #expect(try !read(Part10.file(Self.withoutPixels, instance: "2.25.10")).hasPixelData)
    }

    @Test func attributesBehindThePixelsAreNoConcern() throws {
        let file = Part10.file(Self.film, instance: "2.25.10")
        let whole = try read(file)
        #expect(try read(file + Data([0xFC, 0xFF, 0xFC, 0xFF])) == whole)
        // Pixel data that are cut off are an object whose header can be read.
        #expect(try read(Data(file.dropLast(10))) == whole)
    }

    @Test func anUnknownValueRepresentationIsText() throws {
        let dataSet = Part10.element(0x0008, 0x0016, "UI", Part10.computedRadiography) + Part10.element(0x0010, 0x0020, "UN", "P1")
        #expect(try read(Part10.file(dataSet, instance: "2.25.10")).patientID == "P1")
    }

    @Test func anAttributeOfAnotherKindIsAsIfAbsent() throws {
        let dataSet = Part10.element(0x0008, 0x0016, "UI", Part10.computedRadiography)
            + Part10.element(0x0010, 0x0020, "SQ", Part10.item(Data())) + Part10.element(0x0028, 0x0010, "LO", "many")
        let header = try read(Part10.file(dataSet, instance: "2.25.10"))
        #expect(header.patientID == "" && header.rows == 0)
    }

    // MARK: bad input

    @Test func aHeaderCutOffAnywhereIsAnErrorOrShort() throws {
        let start = Part10.file(Data(), instance: "2.25.10").count
        let header = Part10.file(Self.withoutPixels, instance: "2.25.10")
        let whole = try read(header)
        var refused = 0
        for length in start..<header.count {
            // A cut between two elements can't be seen; then the attributes behind it are missing.
            do { #expect(try read(Data(header.prefix(length))) != whole) } catch { refused += 1 }
        }
        #expect(refused > (header.count - start) / 2)
    }

    @Test(arguments: [
        Data(), Data(count: 64), Data("GET / HTTP/1.1\r\n\r\n".utf8), Data((0...255).map { UInt8($0) }), Data(count: 128) + Data("DICM".utf8),
        Part10.file(Data(), instance: "2.25.10"), Data("A line of text that is longer than a preamble. ".utf8) + Data(repeating: 0x41, count: 300),
    ])
    func whatIsNoObjectIsAnError(_ content: Data) throws {
        let file = try folder.write(content, to: "none")
        let error = try #require(throws: DICOMError.self) { try ObjectHeader.read(file: file) }
        #expect(error.code == .cannotRead && !error.message.isEmpty)
    }

    @Test func aMissingFileAndAFolderAreErrors() {
        #expect(throws: DICOMError.self) { try ObjectHeader.read(file: folder.file("missing")) }
        #expect(throws: DICOMError.self) { try ObjectHeader.read(file: folder.path) }
    }

    @Test func lengthsThatLieAreErrors() throws {
        for length in [UInt32(0x7FFF_FFFE), 0xFFFF_FFFE, 0xFFFF_FFFF, 100_000] {
            let lying = Part10.little(UInt16(9)) + Part10.little(UInt16(0x10)) + Data("UN".utf8) + Data([0, 0]) + Part10.little(length) + Data(count: 64)
            let dataSet = Part10.element(0x0008, 0x0016, "UI", Part10.computedRadiography) + lying + Part10.element(0x0010, 0x0020, "LO", "P1")
            #expect(throws: DICOMError.self, "\(length)") { try read(Part10.file(dataSet, instance: "2.25.10")) }
        }
    }

    @Test(arguments: [Part10.explicitLittleEndian, Part10.implicitLittleEndian])
    func sequencesAHundredThousandDeepAreAnError(_ transferSyntax: String) throws {
        let isExplicit = transferSyntax == Part10.explicitLittleEndian
        let opening = Data([0x40, 0x00, 0x30, 0xA7]) + (isExplicit ? Data("SQ\0\0".utf8) : Data()) + Data([0xFF, 0xFF, 0xFF, 0xFF])
            + Data([0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF])
        var deep = Data()
        for _ in 0..<100_000 { deep += opening }
        let file = Part10.file(deep, instance: "2.25.10", transferSyntax: transferSyntax)
        let error = #expect(throws: DICOMError.self) { try read(file) }
        #expect(error?.message == "sequences are nested too deeply")
    }

    @Test func sequencesSomeDeepAreRead() throws {
        var nested = Data()
        for _ in 0..<30 { nested = Part10.element(0x0040, 0xA730, "SQ", Part10.item(nested)) }
        let header = try read(Part10.file(Part10.element(0x0008, 0x0016, "UI", "1.2.3") + nested, instance: "2.25.10"))
        #expect(header.sopClassUID == "1.2.3")
    }

    @Test func ofASequenceTheFirstHundredItemsAreRead() throws {
        let codes = (1...20_000).reduce(into: Data()) { $0 += Self.code("\($1)", "L", "") }
        let dataSet = Part10.element(0x0008, 0x0016, "UI", Part10.computedRadiography) + Part10.element(0x0008, 0x1032, "SQ", codes)
        #expect(try read(Part10.file(dataSet, instance: "2.25.10")).procedureCodes.map(\.value) == (1...100).map(String.init))
    }

    @Test func aValueOfMegabytesIsNotLoaded() throws {
        let dataSet = Part10.element(0x0008, 0x0016, "UI", "1.2.3") + Part10.element(0x0010, 0x0020, "UN", Data(count: 100_000))
        let error = #expect(throws: DICOMError.self) { try read(Part10.file(dataSet, instance: "2.25.10")) }
        #expect(error?.message == "attribute 00100020 is longer than 65536 bytes")
    }

    /// Whatever the bytes, there is a header or an error.
    @Test func damagedFilesNeverCrash() async throws {
        var sources = [Part10.file(Self.film, instance: "2.25.10")]
        for option in ["+ti", "+tb", "+td"] {
            let source = try folder.write(sources[0], to: "source")
            _ = try await peer("dcmconv", [option, source, folder.file("converted")])
            sources.append(try bytes(ofFile: folder.file("converted")))
        }
        var random = SeededGenerator(seed: 20_261_125)
        var read = 0
        for round in 0..<4000 {
            let file = try folder.write(random.mutated(sources[round % sources.count]), to: "damaged")
            if (try? ObjectHeader.read(file: file)) != nil { read += 1 }
        }
        #expect(read > 0)
    }

    private func read(_ content: Data) throws -> ObjectHeader {
        try ObjectHeader.read(file: folder.write(content, to: "file-" + UUID().uuidString))
    }

    private static func code(_ value: String, _ scheme: String, _ meaning: String) -> Data {
        Part10.item(
            Part10.element(0x0008, 0x0100, "SH", value) + Part10.element(0x0008, 0x0102, "SH", scheme)
                + Part10.element(0x0008, 0x0104, "LO", meaning))
    }

    static let withoutPixels: Data = {
        var bytes = Part10.element(0x0008, 0x0005, "CS", "ISO_IR 100")
        bytes += Part10.element(0x0008, 0x0008, "CS", "ORIGINAL\\PRIMARY\\")
        bytes += Part10.element(0x0008, 0x0016, "UI", Part10.computedRadiography)
        bytes += Part10.element(0x0008, 0x0018, "UI", "2.25.10")
        bytes += Part10.element(0x0008, 0x0020, "DA", "20261125")
        bytes += Part10.element(0x0008, 0x0030, "TM", "101500.25")
        bytes += Part10.element(0x0008, 0x0050, "SH", "A-7")
        bytes += Part10.element(0x0008, 0x0060, "CS", "CR")
        bytes += Part10.element(0x0008, 0x0068, "CS", "FOR PRESENTATION")
        bytes += Part10.element(0x0008, 0x1030, "LO", "Thorax in 2 planes")
        bytes += Part10.element(0x0008, 0x1032, "SQ", code("36643-5", "LN", "XR Chest 2V"))
        bytes += Part10.element(0x0008, 0x103E, "LO", "PA")
        let long = Part10.item(Part10.element(0x0008, 0x0102, "SH", "L") + Part10.element(0x0008, 0x0119, "UC", "long"))
        bytes += Part10.element(0x0008, 0x2218, "SQ", code("43799004", "SCT", "Chest") + long)
        bytes += Part10.element(0x0010, 0x0010, "PN", "Synthetic^Person")
        bytes += Part10.element(0x0010, 0x0020, "LO", " P 1  ")
        bytes += Part10.element(0x0010, 0x0021, "LO", "HOSPITAL")
        bytes += Part10.element(0x0010, 0x0030, "DA", "19610304")
        bytes += Part10.element(0x0010, 0x0040, "CS", "F")
        bytes += Part10.element(0x0010, 0x1010, "AS", "065Y")
        bytes += Part10.element(0x0018, 0x0015, "CS", "CHEST")
        bytes += Part10.element(0x0018, 0x1030, "LO", "CHEST PA")
        bytes += Part10.element(0x0018, 0x5101, "CS", "PA")
        bytes += Part10.element(0x0020, 0x000D, "UI", "2.25.1")
        bytes += Part10.element(0x0020, 0x000E, "UI", "2.25.2")
        bytes += Part10.element(0x0020, 0x0010, "SH", "S1")
        bytes += Part10.element(0x0020, 0x0011, "IS", "3")
        bytes += Part10.element(0x0020, 0x0013, "IS", " 4")
        bytes += Part10.element(0x0020, 0x0020, "CS", "L\\F")
        bytes += Part10.element(0x0020, 0x1208, "IS", "5")
        bytes += Part10.element(0x0028, 0x0004, "CS", "MONOCHROME1")
        bytes += Part10.element(0x0028, 0x0008, "IS", "2")
        bytes += Part10.element(0x0028, 0x0010, "US", Part10.little(UInt16(2000)))
        bytes += Part10.element(0x0028, 0x0011, "US", Part10.little(UInt16(1700)))
        let request = Part10.element(0x0040, 0x0009, "SH", "SPS1") + Part10.element(0x0040, 0x1001, "SH", "RP1")
        bytes += Part10.element(0x0040, 0x0275, "SQ", Part10.item(request))
        bytes += Part10.element(0x0054, 0x0220, "SQ", code("272479007", "SCT", "postero-anterior"))
        return bytes
    }()

    /// Attributes of the Rows and Columns above; the pixels themselves are few.
    static let film = withoutPixels + Part10.element(0x7FE0, 0x0010, "OW", Data(count: 64))
}
