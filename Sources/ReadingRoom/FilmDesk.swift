import DICOM
import Foundation
import Inference
import Pictures
import Storage
import Synchronization
import Web
import Worklist

/// Draws films and heat maps for the page, few at a time so that the scorer is not starved, and remembers what was drawn last.
final class FilmDesk: Sendable {
    private let store: WorklistStore
    private let archive: StudyArchive
    private let models: [Model]
    private let settings: FilmSettings
    /// Guarded by itself; it runs at most as many as there are workers.
    private let queue: OperationQueue
    private let films: ByteLimitedCache<String, Film>
    private let pictures: ByteLimitedCache<FilmQuery, FilmPicture>
    private let maps: ByteLimitedCache<String, Maps>
    /// Made when the first heat map is wanted: its memory is the network's.
    private let scoring = Mutex<ImageScoring?>(nil)

    init(store: WorklistStore, archive: StudyArchive, models: [Model], settings: FilmSettings) {
        self.store = store
        self.archive = archive
        self.models = models
        self.settings = settings
        films = ByteLimitedCache(limit: settings.cacheBytes / 2)
        pictures = ByteLimitedCache(limit: settings.cacheBytes / 2)
        maps = ByteLimitedCache(limit: Self.mapBytes)
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = settings.workers
        queue.qualityOfService = .utility
        self.queue = queue
    }

    private static let mapBytes = 4 << 20

    func film(_ query: FilmQuery) async throws -> FilmPicture {
        if let known = pictures[query] { return known }
        return try await drawing { [self] in
            if let known = pictures[query] { return known }
            let file = try file(of: query.image, in: query.study)
            guard query.frame == 0 else { throw WebRefusal(.notFound, "only the first frame can be shown", "ask with frame=0, or look at it in the PACS") }
            let film = try film(file)
            let values = film.values(through: query.window.map { GreyWindow(centre: $0.center, width: $0.width) })
            let picture = FilmPicture(
                png: try GreyPicture(film: values, rows: film.rows, columns: film.columns, longest: query.size).png(),
                window: query.window ?? FilmQuery.Window(center: film.window.centre, width: film.window.width), minimum: film.range.lowerBound,
                maximum: film.range.upperBound, rows: film.rows, columns: film.columns)
            pictures.keep(picture, for: query, bytes: picture.png.count)
            return picture
        }
    }

    /// The map of one finding, to be laid over the film.
    func heatMap(_ study: String, _ image: String, _ finding: String) async throws -> [UInt8] {
        try await drawing { [self] in
            let file = try file(of: image, in: study)
            let maps = try maps[file] ?? score(file)
            guard let map = maps.maps.first(where: { $0.label == finding }) else {
                throw WebRefusal(.notFound, "the model has no finding of that name", "ask with one of \(maps.maps.map(\.label).joined(separator: ", "))")
            }
            let heat = HeatOverlay.Heat(
                strengths: map.strengths, rows: map.rows, columns: map.columns, firstRow: maps.region.firstRow, firstColumn: maps.region.firstColumn,
                coveredRows: maps.region.rows, coveredColumns: maps.region.columns)
            return try HeatLayer(heat, rows: maps.rows, columns: maps.columns).png()
        }
    }

    /// What the network saw in a film.
    private struct Maps: Sendable {
        var maps: [HeatMap]
        var region: ImageRegion
        var rows: Int
        var columns: Int
    }

    private func score(_ file: String) throws -> Maps {
        let path = archive.path(of: file)
        let header = try ImageScoring.header(of: path)
        let verdict = scoring.withLock { [models] scoring in
            let images = scoring ?? ImageScoring(models: models)
            scoring = images
            return images.verdict(on: path, header: header)
        }
        switch verdict {
        case .refused(let reason): throw WebRefusal(.notFound, "this image has no heat map: \(reason)", "look at the film itself")
        case .scored(let image):
            let model = models.newestApprovedFirst[image.model]
            let kept = Maps(
                maps: image.heatMaps, region: model.description.preprocessing.region(rows: header.rows, columns: header.columns), rows: header.rows,
                columns: header.columns)
            maps.keep(kept, for: file, bytes: image.heatMaps.reduce(200) { $0 + 4 * $1.values.count + 100 })
            return kept
        }
    }

    private func film(_ file: String) throws -> Film {
        if let known = films[file] { return known }
        do {
            let film = try Film(file: archive.path(of: file))
            films.keep(film, for: file, bytes: film.byteCount)
            return film
        } catch {
            throw WebRefusal(.notFound, "this object cannot be shown: \(error.reason)", "look at it in the PACS")
        }
    }

    /// The file in the archive, by the UIDs of study and image.
    private func file(of image: String, in study: String) throws -> String {
        guard let uid = UID(study), let found = try store.instances(of: uid).first(where: { $0.sopInstanceUID == image }) else {
            throw WebRefusal(.notFound, "no such image of such a study is known", "ask with the UIDs that explain/STUDY names")
        }
        return found.file
    }

    /// Runs work on the desk's own threads; where too much waits already, it says so.
    private func drawing<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        guard queue.operationCount < settings.longestQueue else {
            throw WebRefusal(.unavailable, "\(settings.longestQueue) pictures wait to be drawn", "try again in a moment", retryAfter: 2)
        }
        return try await withCheckedThrowingContinuation { continuation in
            queue.addOperation { continuation.resume(with: Result(catching: work)) }
        }
    }
}
