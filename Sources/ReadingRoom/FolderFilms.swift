import DICOM
package import Inference
package import Pictures
package import Storage
import Synchronization
import Worklist

/// Films and heat maps of a data folder, for whoever reads beside the service: drawn anew whenever somebody wants to see them.
///
///     let films = FolderFilms(store: store, folder: folder) { try models() }
///     let film = try films.film(of: image, in: study, longest: 512)
package final class FolderFilms: Sendable {
    /// Why there is no picture, in one sentence.
    package struct Refusal: Error, CustomStringConvertible {
        package var description: String
    }

    private let store: WorklistStore
    private let folder: DataFolder
    private let models: @Sendable () throws -> [Model]
    /// Made when the first heat map is wanted: its memory is the network's.
    private let scoring = Mutex<ImageScoring?>(nil)

    package init(store: WorklistStore, folder: DataFolder, models: @escaping @Sendable () throws -> [Model]) {
        self.store = store
        self.folder = folder
        self.models = models
    }

    /// As the file wants it to be seen.
    package func film(of image: String, in study: String, longest: Int) throws -> GreyPicture {
        let film = try Film(file: try path(of: image, in: study))
        return GreyPicture(film: film.values(through: nil), rows: film.rows, columns: film.columns, longest: longest)
    }

    /// The map of one finding, to be laid over the film; scored anew, by the models given.
    package func heatMap(of finding: String, in image: String, of study: String, longest: Int) throws -> HeatLayer {
        let path = try path(of: image, in: study)
        let header = try ImageScoring.header(of: path)
        let verdict = try scoring.withLock { scoring in
            let images = try scoring ?? ImageScoring(models: models())
            scoring = images
            return (images.verdict(on: path, header: header), images.models)
        }
        switch verdict.0 {
        case .refused(let reason): throw Refusal(description: "no heat map: \(reason)")
        case .scored(let scored):
            guard let map = scored.heatMaps.first(where: { $0.label == finding }) else { throw Refusal(description: "no heat map of \(finding): the model here does not know it") }
            let model = verdict.1[scored.model].description
            // A map by another network than the one whose figures stand on the list would explain nothing.
            if let by = try UID(study).flatMap({ try store.study($0)?.model }), by.sha256 != model.sha256 {
                throw Refusal(description: "no heat map: its model, \(by.name) \(by.version), is not here")
            }
            let region = model.preprocessing.region(rows: header.rows, columns: header.columns)
            let heat = HeatOverlay.Heat(
                strengths: map.strengths, rows: map.rows, columns: map.columns, firstRow: region.firstRow, firstColumn: region.firstColumn,
                coveredRows: region.rows, coveredColumns: region.columns)
            return HeatLayer(heat, rows: header.rows, columns: header.columns, longest: longest)
        }
    }

    private func path(of image: String, in study: String) throws -> String {
        guard let uid = UID(study), let found = try store.instances(of: uid).first(where: { $0.sopInstanceUID == image }) else {
            throw Refusal(description: "this image is no longer here")
        }
        return "\(folder.archivePath)/\(found.file)"
    }
}
