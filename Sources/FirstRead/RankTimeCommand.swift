import ArgumentParser
import Foundation
import Worklist

/// Times the ordering of a made-up list, for `scripts/bench order`.
struct RankTime: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank-time",
        abstract: "Times the ordering of a made-up list of studies on one core.",
        discussion: """
            EXAMPLE:
              firstread rank-time --studies 1000000 --first 50 --json
            """)

    @Option(help: "How many studies wait.")
    var studies = 100_000

    @Option(help: "Only so many places (default: all).")
    var first: Int?

    @Option(help: "The ordering policy: \(PolicyName.allCases.map(\.rawValue).joined(separator: ", ")).")
    var policy: PolicyName = .delayCost

    @Option(help: "How often.")
    var rounds = 20

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if studies < 1 || rounds < 1 || first ?? 1 < 1 { throw ValidationError("--studies, --first and --rounds must be at least 1") }
    }

    struct Figures: Encodable {
        var studies: Int
        var places: Int
        var policy: PolicyName
        var weighMilliseconds: Double
        var minMilliseconds: Double
        var medianMilliseconds: Double
        var bytesPerStudy: Int

        enum CodingKeys: String, CodingKey {
            case studies, places, policy
            case weighMilliseconds = "weigh_ms"
            case minMilliseconds = "min_ms"
            case medianMilliseconds = "median_ms"
            case bytesPerStudy = "bytes_per_study"
        }
    }

    func run() throws {
        let department = try PolicyOptions.load(nil)
        let weighing = Weighing(department)
        let ordering = policy.policy
        let now = Timestamp(microseconds: 1_800_000_000_000_000)
        let labels = ["abnormal", "pneumonia", "effusion", "edema", "atelectasis", "infiltration"]
        var state: UInt64 = 1
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / 0x1p53
        }
        var ranking = Ranking()
        ranking.reserveCapacity(studies)
        let clock = ContinuousClock()
        var weighed = Duration.zero
        for number in 0..<studies {
            // In order of arrival, over the last eight hours.
            var study = Study(studyInstanceUID: UID("2.25.\(number)")!, receivedAt: now.advanced(bySeconds: -28_800 * Double(studies - number) / Double(studies)))
            study.findings = Dictionary(uniqueKeysWithValues: labels.map { ($0, uniform() * uniform()) })
            study.category = weighing.category(weighing.probabilities(study.findings))
            study.modality = "DX"
            weighed += clock.measure { ranking.append(ordering.course(of: weighing.claim(of: study))) }
        }
        var times: [Double] = []
        for _ in 0..<rounds {
            var places = 0
            let time = clock.measure { places = (first.map { ranking.first($0, at: now) } ?? ranking.order(at: now)).count }
            precondition(places == min(first ?? studies, studies))
            times.append(Self.milliseconds(time))
        }
        times.sort()
        let figures = Figures(
            studies: studies, places: first ?? studies, policy: policy, weighMilliseconds: Self.milliseconds(weighed), minMilliseconds: times[0],
            medianMilliseconds: times[times.count / 2], bytesPerStudy: Ranking.bytesPerStudy)
        print(
            json
                ? try JSONOutput.text(figures)
                : String(format: "%d studies, %d places: median %.2f ms, best %.2f ms", figures.studies, figures.places, figures.medianMilliseconds, figures.minMilliseconds))
    }

    private static func milliseconds(_ duration: Duration) -> Double { Double(duration.components.attoseconds) / 1e15 + Double(duration.components.seconds) * 1000 }
}
