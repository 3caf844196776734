internal import Foundation
internal import Worklist

extension ReportWriter {
    /// The attributes that both kinds of result have: patient, study, series, equipment, instance (PS3.3 table A.35.1-1).
    func describe(
        _ kind: ResultKind, _ version: ResultVersion, of context: ResultContext, description: String, preliminary: Bool
    ) throws(DICOMError) -> ObjectReference {
        let study = context.study
        let aeTitle = context.equipment.aeTitle
        let uid = study.studyInstanceUID
        let series = ResultUID.series(kind, of: uid, by: aeTitle)
        let instance = ResultUID.instance(kind, version: version.number, of: uid, by: aeTitle, at: version.at)
        let now = ResultDate(version.at, in: context.equipment.timeZone)

        for (tag, value) in [
            (Tag.patientName, study.patientName), (Tag.patientID, study.patientID), (Tag.patientBirthDate, study.patientBirthDate),
            (Tag.patientSex, study.patientSex), (Tag.studyDate, study.studyDate), (Tag.studyTime, study.studyTime),
            (Tag.studyID, study.studyID), (Tag.accessionNumber, study.accessionNumber),
            (Tag.referringPhysicianName, context.referringPhysicianName),
        ] { try set(tag, Self.oneValue(value)) }
        for (tag, value) in [
            (Tag.issuerOfPatientID, study.issuerOfPatientID), (Tag.studyDescription, study.studyDescription),
            (Tag.institutionName, context.institutionName),
        ] where !value.isEmpty { try set(tag, Self.oneValue(value)) }
        for (tag, value) in [
            (Tag.studyInstanceUID, uid.text), (Tag.seriesInstanceUID, series.text), (Tag.sopInstanceUID, instance.text),
            (Tag.seriesNumber, String(kind.seriesNumber)), (Tag.instanceNumber, String(version.number)),
            (Tag.seriesDescription, String(description.prefix(64))),
            (Tag.seriesDate, now.date), (Tag.seriesTime, now.time), (Tag.contentDate, now.date), (Tag.contentTime, now.time),
            (Tag.instanceCreationDate, now.date), (Tag.instanceCreationTime, now.time),
            (Tag.instanceCreatorUID, StorageListener.Settings().implementationClassUID),
            (Tag.manufacturer, ResultEquipment.manufacturer), (Tag.manufacturerModelName, ResultEquipment.modelName),
            (Tag.softwareVersions, context.equipment.softwareVersion), (Tag.stationName, aeTitle),
            (Tag.preliminaryFlag, preliminary ? "PRELIMINARY" : "FINAL"),
        ] { try set(tag, value) }

        try addScheme(Code.privateScheme, uid: Self.schemeUID, name: "FirstRead", organization: ResultEquipment.manufacturer)
        try request(of: study)
        for object in context.evidence { try addEvidence(object) }
        if let predecessor = version.predecessor { try addPredecessor(predecessor) }
        return ObjectReference(study: uid, series: series.text, sopClassUID: kind.sopClassUID, sopInstanceUID: instance.text)
    }

    /// Referenced Request Sequence (0040,A370), by which a PACS or RIS files the document with its order.
    private func request(of study: Study) throws(DICOMError) {
        guard !study.accessionNumber.isEmpty || !study.requestedProcedureID.isEmpty else { return }
        for (tag, value) in [
            (Tag.studyInstanceUID, study.studyInstanceUID.text), (Tag.accessionNumber, study.accessionNumber),
            (Tag.requestedProcedureID, study.requestedProcedureID),
            // Type 2: empty where not known.
            (Tag.referencedStudySequence, ""), (Tag.placerOrderNumber, ""), (Tag.fillerOrderNumber, ""),
            (Tag.requestedProcedureDescription, ""), (Tag.requestedProcedureCodeSequence, ""),
        ] { try set(tag, Self.oneValue(value), in: Tag.referencedRequestSequence) }
    }

    /// The device that observed (TID 1004): FirstRead under its AE title.
    func addDevice(_ equipment: ResultEquipment) throws(DICOMError) {
        try addDevice(
            uid: ResultUID.device(equipment.aeTitle), name: equipment.aeTitle, manufacturer: ResultEquipment.manufacturer,
            model: ResultEquipment.modelName)
    }

    /// A backslash would begin another value; it comes of bytes that could not be decoded.
    private static func oneValue(_ text: String) -> String { text.replacing("\\", with: "?") }

    /// Of the coding scheme 99FIRSTREAD; its root is UUID-derived (PS3.5 B.2).
    private static let schemeUID = "2.25.48016680005101150033124764459552745310"
}

/// Attributes by group << 16 | element (PS3.6).
private enum Tag {
    static let instanceCreationDate: UInt32 = 0x0008_0012
    static let instanceCreationTime: UInt32 = 0x0008_0013
    static let instanceCreatorUID: UInt32 = 0x0008_0014
    static let sopInstanceUID: UInt32 = 0x0008_0018
    static let studyDate: UInt32 = 0x0008_0020
    static let seriesDate: UInt32 = 0x0008_0021
    static let contentDate: UInt32 = 0x0008_0023
    static let studyTime: UInt32 = 0x0008_0030
    static let seriesTime: UInt32 = 0x0008_0031
    static let contentTime: UInt32 = 0x0008_0033
    static let accessionNumber: UInt32 = 0x0008_0050
    static let manufacturer: UInt32 = 0x0008_0070
    static let institutionName: UInt32 = 0x0008_0080
    static let referringPhysicianName: UInt32 = 0x0008_0090
    static let stationName: UInt32 = 0x0008_1010
    static let studyDescription: UInt32 = 0x0008_1030
    static let seriesDescription: UInt32 = 0x0008_103E
    static let manufacturerModelName: UInt32 = 0x0008_1090
    static let referencedStudySequence: UInt32 = 0x0008_1110
    static let patientName: UInt32 = 0x0010_0010
    static let patientID: UInt32 = 0x0010_0020
    static let issuerOfPatientID: UInt32 = 0x0010_0021
    static let patientBirthDate: UInt32 = 0x0010_0030
    static let patientSex: UInt32 = 0x0010_0040
    static let softwareVersions: UInt32 = 0x0018_1020
    static let studyInstanceUID: UInt32 = 0x0020_000D
    static let seriesInstanceUID: UInt32 = 0x0020_000E
    static let studyID: UInt32 = 0x0020_0010
    static let seriesNumber: UInt32 = 0x0020_0011
    static let instanceNumber: UInt32 = 0x0020_0013
    static let requestedProcedureDescription: UInt32 = 0x0032_1060
    static let requestedProcedureCodeSequence: UInt32 = 0x0032_1064
    static let requestedProcedureID: UInt32 = 0x0040_1001
    static let placerOrderNumber: UInt32 = 0x0040_2016
    static let fillerOrderNumber: UInt32 = 0x0040_2017
    static let referencedRequestSequence: UInt32 = 0x0040_A370
    static let preliminaryFlag: UInt32 = 0x0040_A496
}
