import DICOM
import Storage
import Worklist

/// One object of a study, as `explain` shows it: what it is, and what became of it.
package struct ExplainedImage: Encodable, Sendable {
    package var sopInstanceUID: String
    package var rows = 0
    package var columns = 0
    package var frames = 1
    package var viewPosition = ""
    package var isScored: Bool
    package var unscoredReason: String?
    /// The study's findings whose figure came from this image.
    package var findings: [String: Double]
    /// Whether it can be looked at: it has pixels.
    package var hasFilm = false

    private enum CodingKeys: String, CodingKey {
        case rows, columns, frames, findings
        case sopInstanceUID = "sop_instance_uid"
        case viewPosition = "view_position"
        case isScored = "is_scored"
        case unscoredReason = "unscored_reason"
        case hasFilm = "has_film"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(sopInstanceUID, forKey: .sopInstanceUID)
        try container.encode(rows, forKey: .rows)
        try container.encode(columns, forKey: .columns)
        try container.encode(frames, forKey: .frames)
        try container.encode(viewPosition, forKey: .viewPosition)
        try container.encode(isScored, forKey: .isScored)
        try container.encode(unscoredReason, forKey: .unscoredReason)
        try container.encode(findings, forKey: .findings)
        try container.encode(hasFilm, forKey: .hasFilm)
    }
}

extension WorklistView {
    /// - Parameter scored: the detail of the event that scored the study last.
    func images(of study: Study, scored: Event.Detail, in archiveFolder: String?) throws(StorageError) -> [ExplainedImage] {
        var images: [ExplainedImage] = []
        for instance in try store.instances(of: study.studyInstanceUID) {
            let uid = instance.sopInstanceUID
            let own = study.findingImages.filter { $0.value == uid }.keys
            var image = ExplainedImage(
                sopInstanceUID: uid, isScored: scored["image \(uid) pixels_sha256"] != nil, unscoredReason: scored["image \(uid) refused"],
                findings: study.findings.filter { own.contains($0.key) })
            if let archiveFolder, let header = try? ObjectHeader.read(file: "\(archiveFolder)/\(instance.file)") {
                image.rows = header.rows
                image.columns = header.columns
                image.frames = max(1, header.numberOfFrames)
                image.viewPosition = header.viewPosition
                image.hasFilm = header.hasPixelData && header.rows > 0 && header.columns > 0
            }
            images.append(image)
        }
        return images
    }
}
