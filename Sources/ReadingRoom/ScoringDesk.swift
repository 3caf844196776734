import Crypto
import DICOM
import Foundation
import Inference
import Logging
import Storage
import Worklist

/// Scores complete studies, one image at a time, and puts the outcome and its announcements on disk together.
final class ScoringDesk: @unchecked Sendable {
    // Each desk is used by one task at a time, which is why its workers' scratch memory needs no lock.
    private let store: WorklistStore
    private let archive: StudyArchive
    private let models: [LoadedModel]
    private let workers: [ModelWorker]
    private let policy: WorklistPolicy
    private let settingsSHA256: String
    private let maximumAttempts: Int
    private let announcing: Announcing
    private let clock: WallClock
    private let scoring: Doorbell
    private let outbox: Doorbell
    private let tally: ScoringTally
    private let log: Logger

    /// Far longer than any study takes: a lease only matters where several processes share a database.
    static let leaseSeconds = 1800.0

    init(
        store: WorklistStore, archive: StudyArchive, models: [LoadedModel], policy: WorklistPolicy, settingsSHA256: String,
        maximumAttempts: Int, announcing: Announcing, clock: @escaping WallClock, scoring: Doorbell, outbox: Doorbell, tally: ScoringTally, log: Logger
    ) {
        self.store = store
        self.archive = archive
        self.models = models
        self.workers = models.map { $0.makeWorker() }
        self.policy = policy
        self.settingsSHA256 = settingsSHA256
        self.maximumAttempts = maximumAttempts
        self.announcing = announcing
        self.clock = clock
        self.scoring = scoring
        self.outbox = outbox
        self.tally = tally
        self.log = log
    }

    func run() async throws {
        while !Task.isCancelled {
            do {
                guard try await onBlockingThread({ try self.scoreNext() }) else {
                    await scoring.wait(atMost: 1)
                    continue
                }
            } catch {
                log.error("scoring failed; trying again", metadata: ["error.description": "\(error)"])
                await scoring.wait(atMost: 1)
            }
        }
    }

    /// - Returns: whether there was anything to score.
    private func scoreNext() throws -> Bool {
        guard let job = try store.leaseScoringJob(at: clock(), leaseSeconds: Self.leaseSeconds) else { return false }
        let outcome: ScoringOutcome
        if job.attempts > maximumAttempts {
            outcome = unscored("scoring this study stopped the service \(maximumAttempts) times; its images are kept as they came")
        } else {
            outcome = try score(job.study.studyInstanceUID)
        }
        let now = clock()
        try store.record(outcome, of: job, at: now) { [announcing] study in announcing.messages(about: study) }
        tally.count(outcome, seconds: now.seconds(since: job.study.completedAt ?? now))
        outbox.ring()
        return true
    }

    private func unscored(_ reason: String, _ detail: Event.Detail = [:]) -> ScoringOutcome {
        ScoringOutcome(findings: [:], findingImages: [:], category: .unscored, model: nil, unscoredReason: reason, detail: detail)
    }

    private func score(_ study: UID) throws -> ScoringOutcome {
        var best: [String: Double] = [:]
        var images: [String: String] = [:]
        var detail: Event.Detail = ["settings_sha256": settingsSHA256]
        var used: LoadedModel?
        var refusals: [String] = []
        for instance in try store.instances(of: study) {
            switch ImageScoring.score(file: archive.path(of: instance.file), models: models, workers: workers) {
            case .refused(let reason):
                refusals.append(reason)
            case .scored(let image):
                // One study speaks with one model: the first that had an image it was made for.
                guard used == nil || used === image.model else { continue }
                used = image.model
                detail["image \(instance.sopInstanceUID) pixels_sha256"] = image.pixelsSHA256
                detail["engine"] = image.score.engine
                for (label, probability) in image.score.probabilities where probability > best[label] ?? -1 {
                    best[label] = probability
                    images[label] = instance.sopInstanceUID
                }
            }
        }
        guard let used else { return unscored(Self.combined(refusals), detail) }
        detail["weights_sha256"] = used.reference.sha256
        detail["model"] = "\(used.reference.name) \(used.reference.version)"
        let category = policy.categorise(best).category
        return ScoringOutcome(findings: best, findingImages: images, category: category, model: used.reference, unscoredReason: nil, detail: detail)
    }

    /// Each reason once; damaged images first, since they are the ones to act on.
    private static func combined(_ refusals: [String]) -> String {
        var seen: Set<String> = []
        let distinct = refusals.filter { seen.insert($0).inserted }
        guard let first = distinct.first else { return "the study has no image" }
        return distinct.count == 1 ? first : "\(first) (and \(distinct.count - 1) other reason\(distinct.count == 2 ? "" : "s"))"
    }
}
