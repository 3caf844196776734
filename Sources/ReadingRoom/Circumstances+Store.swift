import DICOM
import Reporting
import Storage
import Worklist

extension Circumstances {
    /// Gathers what is known of a study, for the narrative: without looking into its files.
    init(of study: Study, in store: WorklistStore, under policy: WorklistPolicy, terms: OrderTerms) throws(StorageError) {
        self.init(
            study: study, model: study.model.map { DraftingModel(scored: study, by: $0) }, objects: [], age: nil,
            earlier: try store.earlierStudies(than: study, under: policy), order: OrderReading(of: study.reasonForStudy, terms))
    }

    /// Gathers everything that the decision to draft goes by; the headers are read from the archive.
    init(
        of study: Study, scored: Event.Detail, in store: WorklistStore, _ archive: StudyArchive, models: [DraftingModel], under policy: WorklistPolicy,
        terms: OrderTerms
    ) throws(StorageError) {
        var objects: [LookedAtObject] = []
        var ages: [PatientAge] = []
        for instance in try store.instances(of: study.studyInstanceUID) {
            let uid = instance.sopInstanceUID
            let isScored = scored["image \(uid) pixels_sha256"] != nil
            guard let header = try? ObjectHeader.read(file: archive.path(of: instance.file)) else {
                objects.append(LookedAtObject(sopInstanceUID: uid, isImage: true, view: "", refusal: "its file cannot be read"))
                continue
            }
            objects.append(
                LookedAtObject(
                    sopInstanceUID: uid, isImage: header.hasPixelData, view: header.viewPosition,
                    refusal: isScored ? nil : scored["image \(uid) refused"] ?? "the model has not looked at it"))
            let studyDate = header.studyDate.isEmpty ? study.studyDate : header.studyDate
            if let age = PatientAge(patientAge: header.patientAge, birthDate: header.patientBirthDate, studyDate: studyDate) { ages.append(age) }
        }
        self.init(
            study: study, model: models.first { $0.reference == study.model }, objects: objects, age: ages.min { $0.years < $1.years },
            earlier: try store.earlierStudies(than: study, under: policy), order: OrderReading(of: study.reasonForStudy, terms))
    }
}

extension WorklistStore {
    /// The patient's studies that were made before this one, newest first.
    fileprivate func earlierStudies(than study: Study, under policy: WorklistPolicy) throws(StorageError) -> [PriorStudy] {
        try earlierStudies(of: study.studyInstanceUID).map { other in
            PriorStudy(
                studyInstanceUID: other.studyInstanceUID, date: other.studyDate, description: other.studyDescription, modality: other.modality,
                category: other.category, suspected: policy.categorise(other.findings).grounds.filter { $0.atLeast != nil }.map(\.finding),
                isReported: other.report != nil || other.state == .reported)
        }
    }
}
