/// A code triplet of a code sequence (PS3.3 section 8).
package struct Code: Hashable, Sendable, Codable {
    package var value: String
    package var scheme: String
    package var meaning: String

    package init(value: String, scheme: String, meaning: String = "") {
        self.value = value
        self.scheme = scheme
        self.meaning = meaning
    }
}

/// What FirstRead reads of a composite object's data set, as UTF-8; absent and empty attributes are empty.
///
/// Property names are the DICOM keywords (PS3.6), so that each figure can be looked up. UIDs are as they came, unchecked.
package struct ObjectHeader: Hashable, Sendable, Codable {
    package var transferSyntaxUID = ""
    package var sopClassUID = ""
    package var sopInstanceUID = ""
    package var studyInstanceUID = ""
    package var seriesInstanceUID = ""

    package var patientID = ""
    package var issuerOfPatientID = ""
    /// Component groups (alphabetic=ideographic=phonetic) as PS3.5 section 6.2.1.1 has them.
    package var patientName = ""
    package var patientBirthDate = ""
    package var patientAge = ""
    package var patientSex = ""

    package var institutionName = ""
    package var referringPhysicianName = ""
    package var accessionNumber = ""
    package var studyID = ""
    package var studyDate = ""
    package var studyTime = ""
    package var studyDescription = ""
    package var seriesDescription = ""
    package var seriesNumber = ""
    package var instanceNumber = ""
    package var protocolName = ""
    /// From the first item of the Request Attributes Sequence (0040,0275).
    package var requestedProcedureID = ""
    package var scheduledProcedureStepID = ""

    package var modality = ""
    package var bodyPartExamined = ""
    package var viewPosition = ""
    package var patientOrientation: [String] = []
    /// View Code Sequence (0054,0220).
    package var viewCodes: [Code] = []
    /// Anatomic Region Sequence (0008,2218).
    package var anatomicRegionCodes: [Code] = []
    /// Procedure Code Sequence (0008,1032).
    package var procedureCodes: [Code] = []
    package var imageType: [String] = []
    package var presentationIntentType = ""
    package var photometricInterpretation = ""
    package var rows = 0
    package var columns = 0
    package var numberOfFrames = 1
    /// Number of Study Related Instances (0020,1208), where the images carry it.
    package var numberOfStudyRelatedInstances: Int?
    package var hasPixelData = false

    package var specificCharacterSet: [String] = []
    /// Keywords of the attributes whose bytes could not be decoded as their character set says; those bytes are shown as `\xE9`.
    package var undecodableText: [String] = []

    package init() {}
}
