package import Foundation
package import Worklist

/// A composite object that a result refers to.
package struct ObjectReference: Hashable, Sendable {
    package var study: UID
    package var series: String
    package var sopClassUID: String
    package var sopInstanceUID: String

    package init(study: UID, series: String, sopClassUID: String, sopInstanceUID: String) {
        self.study = study
        self.series = series
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
    }
}

/// Who makes results: General Equipment, and the observer of TID 1004.
package struct ResultEquipment: Hashable, Sendable {
    package var aeTitle: String
    package var softwareVersion: String
    /// In which dates and times are written, as the images' own are: without an offset.
    package var timeZone: TimeZone

    package static let manufacturer = "FirstRead"
    package static let modelName = "FirstRead"

    package init(aeTitle: String, softwareVersion: String, timeZone: TimeZone) {
        self.aeTitle = aeTitle
        self.softwareVersion = softwareVersion
        self.timeZone = timeZone
    }
}

/// What a result takes from the study that it is about: patient, study, and the images as evidence.
package struct ResultContext: Sendable {
    package var study: Study
    package var referringPhysicianName = ""
    package var institutionName = ""
    /// The study's images (Current Requested Procedure Evidence Sequence, PS3.3 section C.17.2).
    package var evidence: [ObjectReference]
    package var equipment: ResultEquipment

    package init(study: Study, evidence: [ObjectReference], equipment: ResultEquipment) {
        self.study = study
        self.evidence = evidence
        self.equipment = equipment
    }
}

/// One version of a result, and the one that it follows.
package struct ResultVersion: Hashable, Sendable {
    /// Counted from 1.
    package var number: Int
    package var predecessor: ObjectReference?
    package var at: Timestamp

    package init(number: Int, predecessor: ObjectReference?, at moment: Timestamp) {
        self.number = number
        self.predecessor = predecessor
        at = moment
    }
}

/// A result as it goes out and is kept: a Part 10 file, and what names it.
package struct ResultObject: Hashable, Sendable {
    package var kind: ResultKind
    package var reference: ObjectReference
    package var version: Int
    package var file: Data
}
