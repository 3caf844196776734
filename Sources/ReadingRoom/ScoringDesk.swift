import Inference
import Logging
import Reporting
import Storage
import Synchronization
import Worklist

/// What the scoring desks share.
struct ScoringSetting: Sendable {
    var store: WorklistStore
    var archive: StudyArchive
    var models: [Model]
    var crew: Crew
    var policy: WorklistPolicy
    /// SHA-256 of the policy: an input of each decision, as the pixels and the weights are.
    var settingsSHA256: String
    var maximumAttempts: Int
    var announcing: Announcing
    var results: ResultDesk
    var clock: WallClock
    var scoring: Doorbell
    var outboxes: [Doorbell]
    var tally: ScoringTally
    var log: Logger

    /// Far longer than any study takes: a lease only matters where several processes share a database.
    static let leaseSeconds = 1800.0
}

/// Scores complete studies one after the other, and puts each outcome and its announcements on disk together.
///
/// `@unchecked Sendable`: the scratch memory of its workers is used by the one task that runs it, on one thread at a time.
final class ScoringDesk: @unchecked Sendable {
    private let setting: ScoringSetting
    private let images: ImageScoring
    private let isStopping = Atomic(false)

    private static let pauseAfterTrouble = 5.0

    init(_ setting: ScoringSetting) {
        self.setting = setting
        images = ImageScoring(models: setting.models, crew: setting.crew)
    }

    func run() async {
        await withTaskCancellationHandler(operation: work) { isStopping.store(true, ordering: .relaxed) }
    }

    @Sendable private func work() async {
        while !Task.isCancelled {
            do {
                if try await onBlockingThread({ try self.scoreNext() }) { continue }
            } catch {
                setting.log.error("scoring failed; trying again", metadata: ["error.description": "\(error)"])
            }
            await setting.scoring.wait(atMost: 1)
        }
    }

    /// - Returns: whether there was anything to score.
    private func scoreNext() throws -> Bool {
        guard let job = try setting.store.leaseScoringJob(at: setting.clock(), leaseSeconds: ScoringSetting.leaseSeconds) else { return false }
        let outcome: ScoringOutcome
        do {
            outcome =
                job.attempts > setting.maximumAttempts
                ? unscored("scoring this study stopped the service \(setting.maximumAttempts) times; its images are kept as they came")
                : try score(job.study.studyInstanceUID)
            let now = setting.clock()
            let measured = outcome.findings.isEmpty ? nil : setting.results.measured(job.study)
            try setting.store.record(outcome, of: job, at: now) { [announcing = setting.announcing, results = setting.results] study in
                announcing.messages(about: study, at: now) + results.messages(about: study, round: job.round, measured, at: now)
            }
        } catch {
            let isTold = error is CancellationError
            try? setting.store.giveBack(job, until: setting.clock().advanced(bySeconds: isTold ? 0 : Self.pauseAfterTrouble))
            if isTold { return false }
            throw error
        }
        let now = setting.clock()
        setting.tally.count(outcome, seconds: now.seconds(since: job.study.completedAt ?? now))
        for outbox in setting.outboxes { outbox.ring() }
        return true
    }

    private func score(_ study: UID) throws -> ScoringOutcome {
        var best: [String: Double] = [:]
        var from: [String: String] = [:]
        var detail: Event.Detail = ["settings_sha256": setting.settingsSHA256]
        var used: Int?
        var refusals: [String] = []
        for instance in try setting.store.instances(of: study) {
            if isStopping.load(ordering: .relaxed) { throw CancellationError() }
            switch images.verdict(on: setting.archive.path(of: instance.file)) {
            case .refused(let reason):
                refusals.append(reason)
                detail["image \(instance.sopInstanceUID) refused"] = reason
            case .scored(let image):
                // A study speaks with one model: that of its first image that could be scored.
                guard used == nil || used == image.model else { continue }
                used = image.model
                detail["image \(instance.sopInstanceUID) pixels_sha256"] = image.pixelsSHA256
                detail["engine"] = image.score.engine.described
                for finding in image.score.findings where finding.probability > best[finding.label] ?? -1 {
                    best[finding.label] = finding.probability
                    from[finding.label] = instance.sopInstanceUID
                    let map = image.heatMaps.first { $0.label == finding.label }
                    detail["location \(finding.label)"] = map.flatMap { Location($0, patientOrientation: image.patientOrientation)?.logged }
                }
            }
        }
        guard let used else { return unscored(Self.combined(refusals), detail) }
        let model = ModelReference(images.models[used])
        detail["weights_sha256"] = model.sha256
        detail["model"] = "\(model.name) \(model.version)"
        return ScoringOutcome(
            findings: best, findingImages: from, category: setting.policy.categorise(best).category, model: model, unscoredReason: nil, detail: detail)
    }

    private func unscored(_ reason: String, _ detail: Event.Detail = [:]) -> ScoringOutcome {
        ScoringOutcome(findings: [:], findingImages: [:], category: .unscored, model: nil, unscoredReason: reason, detail: detail)
    }

    /// The first image's reason, and how many others there are.
    private static func combined(_ refusals: [String]) -> String {
        var seen: Set<String> = []
        let distinct = refusals.filter { seen.insert($0).inserted }
        guard let first = distinct.first else { return "the study has no image" }
        return distinct.count == 1 ? first : "\(first) (and \(distinct.count - 1) other reason\(distinct.count == 2 ? "" : "s"))"
    }
}
