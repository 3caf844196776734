package import Worklist

extension ObjectHeader {
    /// Reads a Part 10 file's header, and not its pixels.
    ///
    ///     try ObjectHeader.read(file: "film.dcm").modality        // "CR"
    ///
    /// Throws where the file holds no data set or one that is cut off before its pixel data. Missing and malformed attributes are
    /// empty; what has to be there, the caller decides.
    package static func read(file: String) throws(DICOMError) -> ObjectHeader {
        try ObjectHeader(DataSet(file: file))
    }

    init(_ dataSet: DataSet) throws(DICOMError) {
        self.init()
        var reader = TextReader(dataSet.root)
        transferSyntaxUID = dataSet.transferSyntaxUID
        hasPixelData = dataSet.pixelElement != nil
        specificCharacterSet = reader.characterSetTerms

        sopClassUID = try reader.code(.sopClassUID)
        sopInstanceUID = try reader.code(.sopInstanceUID)
        studyInstanceUID = try reader.code(.studyInstanceUID)
        seriesInstanceUID = try reader.code(.seriesInstanceUID)

        patientID = try reader.text(.patientID)
        issuerOfPatientID = try reader.text(.issuerOfPatientID)
        patientName = try reader.personName(.patientName)
        patientBirthDate = try reader.code(.patientBirthDate)
        patientAge = try reader.code(.patientAge)
        patientSex = try reader.code(.patientSex)

        institutionName = try reader.text(.institutionName)
        referringPhysicianName = try reader.personName(.referringPhysicianName)
        accessionNumber = try reader.text(.accessionNumber)
        studyID = try reader.text(.studyID)
        studyDate = try reader.code(.studyDate)
        studyTime = try reader.code(.studyTime)
        studyDescription = try reader.text(.studyDescription)
        seriesDescription = try reader.text(.seriesDescription)
        seriesNumber = try reader.code(.seriesNumber)
        instanceNumber = try reader.code(.instanceNumber)
        protocolName = try reader.text(.protocolName)
        if let request = dataSet.root.firstItem(Attribute.requestAttributesSequence.tag) {
            try reader.inItem(request) { (reader: inout TextReader) throws(DICOMError) in
                requestedProcedureID = try reader.text(.requestedProcedureID)
                scheduledProcedureStepID = try reader.text(.scheduledProcedureStepID)
            }
        }

        modality = try reader.code(.modality)
        bodyPartExamined = try reader.code(.bodyPartExamined)
        viewPosition = try reader.code(.viewPosition)
        patientOrientation = try reader.codes(.patientOrientation)
        viewCodes = try reader.codeSequence(.viewCodeSequence)
        anatomicRegionCodes = try reader.codeSequence(.anatomicRegionSequence)
        procedureCodes = try reader.codeSequence(.procedureCodeSequence)
        imageType = try reader.codes(.imageType)
        presentationIntentType = try reader.code(.presentationIntentType)
        photometricInterpretation = try reader.code(.photometricInterpretation)
        rows = dataSet.root.integer(Attribute.rows.tag) ?? 0
        columns = dataSet.root.integer(Attribute.columns.tag) ?? 0
        numberOfFrames = try Int(reader.code(.numberOfFrames)) ?? 1
        numberOfStudyRelatedInstances = try Int(reader.code(.numberOfStudyRelatedInstances))
        undecodableText = reader.undecodable
    }
}

/// An attribute by its tag, group << 16 | element, and keyword (PS3.6).
private struct Attribute {
    var tag: UInt32
    var keyword: String

    private init(_ tag: UInt32, _ keyword: String) {
        self.tag = tag
        self.keyword = keyword
    }

    static let specificCharacterSet = Attribute(0x0008_0005, "SpecificCharacterSet")
    static let imageType = Attribute(0x0008_0008, "ImageType")
    static let sopClassUID = Attribute(0x0008_0016, "SOPClassUID")
    static let sopInstanceUID = Attribute(0x0008_0018, "SOPInstanceUID")
    static let studyDate = Attribute(0x0008_0020, "StudyDate")
    static let studyTime = Attribute(0x0008_0030, "StudyTime")
    static let accessionNumber = Attribute(0x0008_0050, "AccessionNumber")
    static let modality = Attribute(0x0008_0060, "Modality")
    static let presentationIntentType = Attribute(0x0008_0068, "PresentationIntentType")
    static let institutionName = Attribute(0x0008_0080, "InstitutionName")
    static let referringPhysicianName = Attribute(0x0008_0090, "ReferringPhysicianName")
    static let codeValue = Attribute(0x0008_0100, "CodeValue")
    static let codingSchemeDesignator = Attribute(0x0008_0102, "CodingSchemeDesignator")
    static let codeMeaning = Attribute(0x0008_0104, "CodeMeaning")
    static let longCodeValue = Attribute(0x0008_0119, "LongCodeValue")
    static let urnCodeValue = Attribute(0x0008_0120, "URNCodeValue")
    static let studyDescription = Attribute(0x0008_1030, "StudyDescription")
    static let procedureCodeSequence = Attribute(0x0008_1032, "ProcedureCodeSequence")
    static let seriesDescription = Attribute(0x0008_103E, "SeriesDescription")
    static let anatomicRegionSequence = Attribute(0x0008_2218, "AnatomicRegionSequence")
    static let patientName = Attribute(0x0010_0010, "PatientName")
    static let patientID = Attribute(0x0010_0020, "PatientID")
    static let issuerOfPatientID = Attribute(0x0010_0021, "IssuerOfPatientID")
    static let patientBirthDate = Attribute(0x0010_0030, "PatientBirthDate")
    static let patientSex = Attribute(0x0010_0040, "PatientSex")
    static let patientAge = Attribute(0x0010_1010, "PatientAge")
    static let bodyPartExamined = Attribute(0x0018_0015, "BodyPartExamined")
    static let protocolName = Attribute(0x0018_1030, "ProtocolName")
    static let viewPosition = Attribute(0x0018_5101, "ViewPosition")
    static let studyInstanceUID = Attribute(0x0020_000D, "StudyInstanceUID")
    static let seriesInstanceUID = Attribute(0x0020_000E, "SeriesInstanceUID")
    static let studyID = Attribute(0x0020_0010, "StudyID")
    static let seriesNumber = Attribute(0x0020_0011, "SeriesNumber")
    static let instanceNumber = Attribute(0x0020_0013, "InstanceNumber")
    static let patientOrientation = Attribute(0x0020_0020, "PatientOrientation")
    static let numberOfStudyRelatedInstances = Attribute(0x0020_1208, "NumberOfStudyRelatedInstances")
    static let photometricInterpretation = Attribute(0x0028_0004, "PhotometricInterpretation")
    static let numberOfFrames = Attribute(0x0028_0008, "NumberOfFrames")
    static let rows = Attribute(0x0028_0010, "Rows")
    static let columns = Attribute(0x0028_0011, "Columns")
    static let scheduledProcedureStepID = Attribute(0x0040_0009, "ScheduledProcedureStepID")
    static let requestAttributesSequence = Attribute(0x0040_0275, "RequestAttributesSequence")
    static let requestedProcedureID = Attribute(0x0040_1001, "RequestedProcedureID")
    static let viewCodeSequence = Attribute(0x0054_0220, "ViewCodeSequence")
}

/// Reads the text of an item, and remembers which attributes could not be decoded.
private struct TextReader {
    private var item: DataSet.Item
    private var characterSet: SpecificCharacterSet
    private(set) var characterSetTerms: [String]
    private(set) var undecodable: [String] = []

    init(_ item: DataSet.Item) {
        self.item = item
        characterSetTerms = Self.terms(item)
        characterSet = SpecificCharacterSet(characterSetTerms)
    }

    private static func terms(_ item: DataSet.Item) -> [String] {
        guard let bytes = try? item.bytes(Attribute.specificCharacterSet.tag) else { return [] }
        return values(bytes).map { SpecificCharacterSet.ascii.decode($0, .values).text }
    }

    /// An item has the character set of what it stands in, unless it names its own (PS3.5 section 7.5.3).
    mutating func inItem(_ item: DataSet.Item, _ body: (inout TextReader) throws(DICOMError) -> Void) throws(DICOMError) {
        var inner = self
        inner.item = item
        let own = Self.terms(item)
        if !own.isEmpty { inner.characterSet = SpecificCharacterSet(own) }
        try body(&inner)
        undecodable = inner.undecodable
    }

    /// SH, LO, UC: text in the item's character set.
    mutating func text(_ attribute: Attribute) throws(DICOMError) -> String {
        try decode(attribute, characterSet, .values)
    }

    mutating func personName(_ attribute: Attribute) throws(DICOMError) -> String {
        try decode(attribute, characterSet, .personName)
    }

    /// AS, CS, DA, IS, TM, UI, UR: always in the default repertoire (PS3.5 section 6.1.2.3).
    mutating func code(_ attribute: Attribute) throws(DICOMError) -> String {
        try decode(attribute, .ascii, .values)
    }

    mutating func codes(_ attribute: Attribute) throws(DICOMError) -> [String] {
        guard let bytes = try item.bytes(attribute.tag) else { return [] }
        return Self.values(bytes).map { decode($0, attribute, .ascii, .values) }
    }

    mutating func codeSequence(_ attribute: Attribute) throws(DICOMError) -> [Code] {
        var codes: [Code] = []
        for entry in item.items(attribute.tag) {
            try inItem(entry) { (reader: inout TextReader) throws(DICOMError) in
                var value = try reader.text(.codeValue)
                if value.isEmpty { value = try reader.text(.longCodeValue) }
                if value.isEmpty { value = try reader.code(.urnCodeValue) }
                codes.append(Code(value: value, scheme: try reader.text(.codingSchemeDesignator), meaning: try reader.text(.codeMeaning)))
            }
        }
        return codes
    }

    private mutating func decode(
        _ attribute: Attribute, _ characterSet: SpecificCharacterSet, _ delimiters: SpecificCharacterSet.Delimiters
    ) throws(DICOMError) -> String {
        guard let bytes = try item.bytes(attribute.tag) else { return "" }
        return decode(trimmed(bytes[...]), attribute, characterSet, delimiters)
    }

    private mutating func decode(
        _ bytes: [UInt8], _ attribute: Attribute, _ characterSet: SpecificCharacterSet, _ delimiters: SpecificCharacterSet.Delimiters
    ) -> String {
        let decoded = characterSet.decode(bytes, delimiters)
        if !decoded.isWhole && !undecodable.contains(attribute.keyword) { undecodable.append(attribute.keyword) }
        return decoded.text
    }

    private static func values(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: UInt8(ascii: "\\"), omittingEmptySubsequences: false).map(trimmed)
    }
}
