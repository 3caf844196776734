import GRDB
package import Worklist

extension WorklistStore {
    /// The patient's studies that were taken before this one, newest first; merges of the patient's numbers are followed.
    ///
    ///     try store.earlierStudies(of: uid).first { $0.hasOpenFinding }
    ///
    /// "Before" is by Study Date and Time, and by arrival where either study says none. Images without a patient ID have no earlier studies.
    package func earlierStudies(of uid: UID) throws(StorageError) -> [EarlierStudy] {
        try read { db in
            guard let study = try db.study(uid), !study.patientID.isEmpty else { return [] }
            return try db.studies(where: "patient_id = $1 AND study_instance_uid <> $2", [study.patientID, uid.text])
                .filter { $0.patientNumber.agrees(with: study.patientNumber) && $0.isEarlier(than: study) }
                .sorted { $1.isEarlier(than: $0) }
                .map { EarlierStudy($0, report: try db.outcomes(of: $0.studyInstanceUID).last?.report) }
        }
    }
}
