import Foundation
import Pictures
import Simulation
import Testing
import Worklist

/// What holds in every run, whatever the case mix: checked while looking on.
@Suite struct PropertyTests {
    /// A crowded room: scores, classes, priorities, other exams, limits, and readers who come and go.
    private func crowded(seed: Int, interrupt: Bool = false, limits: String = #"{"critical":15,"urgent":40,"routine":90,"unscored":90,"STAT":30}"#) throws -> Scenario {
        // Nobody, one, two or three readers, another number in each hour of each day.
        func readers(_ hour: Int, _ day: Int) -> Int { (hour + day) % 5 == 0 ? 0 : 1 + hour % 3 }
        let days = (0..<7).map { day in (0..<24).map { readers($0, day) } }
        return try scenario(
            """
            {"arrivals_per_hour":9.5,"readers":\(days),
             "reading_minutes":{"mean":8,"distribution":"lognormal","by_finding":{"pneumothorax":12}},
             "other_exams":{"share":0.2,"reading_minutes":{"mean":11,"distribution":"exponential"}},
             "findings":[{"name":"pneumothorax","prevalence":0.05,"auc":0.9,"specificity":0.9},
                         {"name":"effusion","prevalence":0.1,"sensitivity":0.8,"specificity":0.9},
                         {"name":"nodule","prevalence":0.1,"auc":0.8,"specificity":0.9,"category":"routine"}],
             "patient_class":{"emergency":0.3,"inpatient":0.4,"outpatient":0.3},"order_priority":{"STAT":0.1,"ASAP":0.2,"ROUTINE":0.7},
             "interrupt":\(interrupt),"limits_minutes":\(limits),"days":12,"warmup_days":1,"seeds":[\(seed)]}
            """)
    }

    @Test(arguments: PolicyName.allCases)
    func theStudyReadNextIsTheFirstOfTheServicesOwnRanking(policy: PolicyName) throws {
        for seed in 1...2 {
            var waiting: [(number: Int64, claim: Claim)] = []
            var checked = 0
            _ = try crowded(seed: seed).simulate(policy, under: .shipped()) { now, happening in
                switch happening {
                case .arrived(let number, let claim): waiting.append((number, claim))
                case .started(let number, _, _):
                    let ranking = Ranking(waiting.map { policy.policy.course(of: $0.claim) })
                    let first = ranking.first(1, at: Timestamp(microseconds: now))[0]
                    #expect(waiting[first].number == number)
                    if waiting.count > 1 { checked += 1 }
                    waiting.remove(at: first)
                default: break
                }
            }
            #expect(checked > 500)
        }
    }

    @Test(arguments: PolicyName.allCases, [false, true])
    func noReaderIdlesWhileAStudyWaits(policy: PolicyName, interrupt: Bool) throws {
        var waiting = 0, reading = 0, readers = 0, last: Int64 = -1
        var crowdedMoments = 0
        _ = try crowded(seed: 3, interrupt: interrupt).simulate(policy, under: .shipped()) { now, happening in
            // All that happens at one moment is over when the next one begins.
            if now > last {
                #expect(waiting == 0 || reading >= readers)
                if waiting > 0 { crowdedMoments += 1 }
                last = now
            }
            switch happening {
            case .arrived: waiting += 1
            case .started(_, let onDuty, let nowReading):
                waiting -= 1
                reading += 1
                readers = onDuty
                #expect(reading == nowReading && reading <= readers)
            case .interrupted:
                waiting += 1
                reading -= 1
            case .ended: reading -= 1
            case .readers(let onDuty): readers = onDuty
            }
        }
        #expect(waiting == 0 && reading == 0 && crowdedMoments > 500)
    }

    @Test(arguments: [PolicyName.classCapped, .delayCost])
    func noStudyThatIsNotCriticalIsReadBeforeOnePastItsLimit(policy: PolicyName) throws {
        var waiting: [Int64: Claim] = [:]
        var pastStarts = 0
        _ = try crowded(seed: 4).simulate(policy, under: .shipped()) { now, happening in
            switch happening {
            case .arrived(let number, let claim): waiting[number] = claim
            case .started(let number, _, _):
                let isPast = { (claim: Claim) in claim.dueAt.map { now >= $0.microseconds } ?? false }
                guard let started = waiting.removeValue(forKey: number) else { return }
                if isPast(started) { pastStarts += 1 }
                if started.category != .critical, !isPast(started) { #expect(!waiting.values.contains(where: isPast)) }
            default: break
            }
        }
        #expect(pastStarts > 50)
    }

    private func starts(_ scenario: Scenario, _ policy: PolicyName) throws -> [Int64] {
        var numbers: [Int64] = []
        _ = scenario.simulate(policy, under: try .shipped()) { _, happening in
            if case .started(let number, _, _) = happening { numbers.append(number) }
        }
        return numbers
    }

    @Test func withAllLimitsZeroEveryPolicyIsFirstInFirstOut() throws {
        let scenario = try crowded(seed: 5, limits: "0")
        let fifo = try starts(scenario, .fifo)
        #expect(fifo == Array(0..<Int64(fifo.count)))
        #expect(try starts(scenario, .classCapped) == fifo)
        #expect(try starts(scenario, .delayCost) == fifo)
    }

    @Test func withoutLimitsTheCappedClassesAreThePlainOnes() throws {
        let scenario = try crowded(seed: 6, limits: "null")
        let plain = try starts(scenario, .class)
        #expect(try starts(scenario, .classCapped) == plain)
        #expect(plain != Array(0..<Int64(plain.count)))
    }

    @Test func aSeedIsARunAndPoliciesSeeTheSamePatients() throws {
        let scenario = try crowded(seed: 7)
        let outcomes = try PolicyName.allCases.map { scenario.simulate($0, under: try .shipped()) }
        for outcome in outcomes {
            #expect(outcome.groups.map(\.n) == outcomes[0].groups.map(\.n))
            let again = scenario.simulate(outcome.policy, under: try .shipped())
            #expect(again.groups.map { $0.wait?.mean } == outcome.groups.map { $0.wait?.mean } && again.costPerDay == outcome.costPerDay)
        }
        #expect(outcomes[0]["all"]?.wait?.mean != outcomes[3]["all"]?.wait?.mean)
    }
}

@Suite struct ByHandTests {
    /// One reader, ten minutes each, arrivals after 0, 1, 2 and 40 minutes.
    @Test func aRecordedListIsReadInTurn() throws {
        let outcome = try scenario(
            #"{"arrivals_minutes":[0,1,2,40],"readers":1,"reading_minutes":{"mean":10,"distribution":"fixed"},"findings":[],"days":1,"limits_minutes":{"routine":15}}"#
        ).simulate(.fifo, under: .shipped())
        let all = try #require(outcome["all"]?.wait)
        #expect(abs(all.mean.mean - (0 + 9 + 18 + 0) / 4) < 1e-5)
        #expect(abs(all.max - 18) < 1e-5 && abs((outcome["all"]?.turnaround?.max ?? 0) - 28) < 1e-5)
        // Begun after 9 and 18 minutes; only the latter is past 15.
        #expect(outcome["all"]?.pastLimit == 1)
        #expect(all.mean.halfWidth == nil)
    }

    /// Nobody reads before eight: two studies of seven o'clock wait one hour, and one hour and ten minutes.
    @Test func readersComeAndGoAtTheFullHour() throws {
        let day = (0..<24).map { $0 >= 8 && $0 < 9 ? "1" : "0" }.joined(separator: ",")
        let week = "[" + Array(repeating: "[\(day)]", count: 7).joined(separator: ",") + "]"
        let outcome = try scenario(
            #"{"arrivals_minutes":[420,420,539,541],"readers":\#(week),"reading_minutes":{"mean":10,"distribution":"fixed"},"findings":[],"days":3}"#
        ).simulate(.fifo, under: .shipped())
        // The third begins at 8:59 and is ended after the shift; the fourth waits for the next day, 1920 − 541 minutes.
        #expect(abs((outcome["all"]?.wait?.max ?? 0) - 1379) < 1e-3)
        #expect(abs((outcome["all"]?.wait?.mean.mean ?? 0) - (60 + 70 + 0 + 1379) / 4) < 1e-3)
    }

    @Test func anInterruptedReadGoesOnWhereItStopped() throws {
        // Everything is flagged as it is: a sick patient comes five minutes into the read of a healthy one.
        let cases = Data("disease,disease_truth\n0,0\n".utf8)
        let json = #"{"arrivals_minutes":[0,5],"readers":1,"reading_minutes":{"mean":10,"distribution":"fixed"},"cases_file":"c.csv","findings":[{"name":"disease","flagged_at":0.5}],"interrupt":true,"days":1}"#
        let calm = try Scenario(json: Data(json.utf8), from: "s", under: .shipped()) { _ in cases }.simulate(.class, under: .shipped())
        #expect(abs((calm["all"]?.wait?.max ?? 0) - 5) < 1e-5)
        var interruptions = 0
        var mixed = try scenario(
            #"{"arrivals_per_hour":5,"readers":1,"reading_minutes":{"mean":10,"distribution":"fixed"},"findings":[{"name":"d","prevalence":0.3,"sensitivity":1,"specificity":1}],"interrupt":true,"days":20,"seeds":[1]}"#)
        let outcome = mixed.simulate(.class, under: try .shipped()) { if case .interrupted = $1 { interruptions += 1 } }
        #expect(interruptions > 50)
        // Work done is not lost: turnaround less wait is the ten minutes of reading.
        let all = try #require(outcome["all"])
        #expect(abs(all.turnaround!.mean.mean - all.wait!.mean.mean - 10) < 1e-3)
        mixed.interrupt = false
        let waiting = mixed.simulate(.class, under: try .shipped())
        #expect(waiting["flagged"]!.wait!.mean.mean > outcome["flagged"]!.wait!.mean.mean)
    }

    /// One routine outpatient without findings who waits 0 and is read in one hour: of the class 0.25 · 1 + (0.25 / 24) · 1² / 2 points, of the
    /// agreed turnaround (48 / 24) · 1² / 2.
    @Test func theCostIsThatOfThePolicyFile() throws {
        let outcome = try scenario(
            #"{"arrivals_minutes":[0],"readers":1,"reading_minutes":{"mean":60,"distribution":"fixed"},"patient_class":{"outpatient":1},"findings":[],"days":1}"#
        ).simulate(.fifo, under: .shipped())
        #expect(abs(outcome.costPerDay.mean - (0.25 + 0.25 / 48 + 1)) < 1e-9)
    }

    @Test func recordedCasesAreDrawnWithWhatBelongsTogether() throws {
        let cases = Data("id,a,a_truth,b,b_truth\n1,0.9,1,0.1,0\n2,0.2,0,0.8,1\n".utf8)
        let json = #"{"arrivals_per_hour":4,"readers":1,"reading_minutes":{"mean":5},"cases_file":"c.csv","findings":[{"name":"a","flagged_at":0.5},{"name":"b","flagged_at":0.9}],"days":30}"#
        let outcome = try Scenario(json: Data(json.utf8), from: "s", under: .shipped()) { _ in cases }.simulate(.class, under: .shipped())
        let n = { (name: String) in outcome[name]?.n ?? -1 }
        #expect(n("a") + n("b") == n("all") && n("a missed") == 0 && n("b missed") == n("b") && n("flagged") == n("a") && n("false_negatives") == n("b"))
        #expect(abs(Double(n("a")) / Double(n("all")) - 0.5) < 0.05)
    }

    @Test func aBinormalModelHasTheSensitivityOfItsCurve() throws {
        let outcome = try scenario(
            #"{"arrivals_per_hour":60,"readers":20,"reading_minutes":{"mean":5},"findings":[{"name":"d","prevalence":0.2,"auc":0.9,"specificity":0.9}],"days":60,"seeds":[1]}"#
        ).simulate(.fifo, under: .shipped())
        let n = { Double(outcome[$0]!.n) }
        // d′ = √2 · 1.28155 = 1.81239; sensitivity = Φ(1.81239 − 1.28155) = Φ(0.53084) = 0.7022.
        #expect(abs(1 - n("d missed") / n("d") - 0.7022) < 0.01)
        #expect(abs(1 - n("false_positives") / n("not_diseased") - 0.9) < 0.005)
    }

    /// The printed table: t of 19 degrees of freedom at 99 % is 2.861, of one 63.657.
    @Test func intervalsAreStudents() {
        let twenty = Estimate((1...20).map(Double.init))
        #expect(abs(twenty.halfWidth! / twenty.standardError! - 2.861) < 0.0005)
        // Standard deviation of 1…20 is 5.91608.
        #expect(abs(twenty.standardError! - 5.91608 / 20.0.squareRoot()) < 1e-5)
        let two = Estimate([1, 2])
        #expect(abs(two.halfWidth! / two.standardError! - 63.657) < 0.0005)
    }

    /// The outputs of the authors' C code for the state 1, 2, 3, 4; and the state that SplitMix64 makes of the seed 1234567.
    @Test func theGeneratorIsXoshiro() {
        var random = RandomSource(state: (1, 2, 3, 4))
        #expect((0..<6).map { _ in random.next() } == [
            41943041, 58720359, 3588806011781223, 3591011842654386, 9228616714210784205, 9973669472204895162,
        ])
        var seeded = RandomSource(seed: 1_234_567)
        var stated = RandomSource(state: (6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431))
        #expect((0..<100).allSatisfy { _ in seeded.next() == stated.next() })
    }
}

@Suite struct ShippedScenarioTests {
    @Test func aModelWithoutSkillHelpsNobodyWhoIsIll() throws {
        let scenario = try shippedScenario("no-skill")
        let fifo = scenario.simulate(.fifo, under: try .shipped())
        for policy in [PolicyName.class, .delayCost] {
            let outcome = scenario.simulate(policy, under: try .shipped())
            let ill = outcome["diseased"]!.wait!.mean, well = outcome["not_diseased"]!.wait!.mean, before = fifo["diseased"]!.wait!.mean
            #expect(abs(ill.mean - well.mean) < ill.halfWidth!)
            #expect(abs(ill.mean - before.mean) < ill.halfWidth!)
        }
    }

    @Test func everyShippedScenarioCanBeRead() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/scenarios")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
        #expect(names.count >= 11)
        for name in names {
            let scenario = try shippedScenario(String(name.dropLast(5)))
            #expect(scenario.name + ".json" == name && !scenario.description.isEmpty)
        }
    }

    @Test func fewReadersOffHoursGainNothingThere() throws {
        let scenario = try shippedScenario("few-readers-off-hours")
        let fifo = scenario.simulate(.fifo, under: try .shipped()), capped = scenario.simulate(.delayCost, under: try .shipped())
        let saved = { (group: String) in fifo[group]!.wait!.mean.mean - capped[group]!.wait!.mean.mean }
        #expect(saved("diseased, in work hours") > 5)
        #expect(saved("diseased, off hours") < 1)
    }
}

@Suite struct ScenarioFileTests {
    @Test(arguments: [
        ("[]", "object"), ("nonsense", "no JSON"),
        (#"{"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4}"#, "days is missing"),
        (#"{"days":1,"readers":1.5,"reading_minutes":{"mean":5},"arrivals_per_hour":4}"#, "whole numbers"),
        (#"{"days":1,"readers":0,"reading_minutes":{"mean":5},"arrivals_per_hour":4}"#, "not 0 all week"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":0},"arrivals_per_hour":4}"#, "reading_minutes: mean"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5,"distribution":"gamma"},"arrivals_per_hour":4}"#, "gamma"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":[1,2]}"#, "arrivals_per_hour must be"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":[[1,2]]}"#, "seven rows"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"polcy":"fifo"}"#, "polcy"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"policy":"lifo"}"#, "policy must be one of"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"limits_minutes":{"urgnt":5}}"#, "urgnt"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"findings":[{"name":"d","prevalence":2}]}"#, "prevalence"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"findings":[{"name":"all","prevalence":0.1,"sensitivity":1,"specificity":1}]}"#, "called all"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"patient_class":{"emergency":0.5}}"#, "add up to 1"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"seeds":[1,1]}"#, "seeds"),
        (#"{"days":1e300,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4}"#, "days must be"),
        (#"{"days":3661,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4}"#, "days must be"),
        (#"{"days":0,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4}"#, "days must be"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"warmup_days":1e18}"#, "warmup_days must be"),
        (#"{"days":1,"readers":1e19,"reading_minutes":{"mean":5},"arrivals_per_hour":4}"#, "readers must be"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":1e300},"arrivals_per_hour":4}"#, "reading_minutes: mean must be"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":10081},"arrivals_per_hour":4}"#, "reading_minutes: mean must be"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5,"by_finding":{"d":1e300}},"arrivals_per_hour":4}"#, "by_finding: d must be"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5,"distribution":"lognormal","coefficient_of_variation":1e200},"arrivals_per_hour":4}"#, "coefficient_of_variation must be"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"other_exams":{"share":0.5,"reading_minutes":{"mean":1e300}}}"#, "other_exams: reading_minutes: mean must be"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":1e300}"#, "arrivals_per_hour"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":1e-300}"#, "arrivals_per_hour"),
        (#"{"days":3660,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":100}"#, "arrivals_per_hour"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_minutes":[1,1e300]}"#, "arrivals_minutes"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"limits_minutes":1e300}"#, "limits_minutes"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"limits_minutes":{"urgent":1e300}}"#, "urgent must be"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"seeds":1e300}"#, "seeds"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"seeds":[1e300]}"#, "seeds"),
        (#"{"days":1,"readers":1,"reading_minutes":{"mean":5},"arrivals_per_hour":4,"seeds":0}"#, "seeds"),
    ])
    func aWrongScenarioIsRefusedWithWhatIsWrong(text: String, words: String) {
        let error = #expect(throws: ScenarioError.self) { try scenario(text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("scenario.json") == true)
    }

    /// A read of a week and a spread of ten means, for ten years: no moment overflows.
    @Test func theWidestScenarioThatIsTakenRuns() throws {
        let widest = try scenario(
            #"""
            {"days":3660,"warmup_days":3660,"readers":1,"arrivals_per_hour":0.001,"limits_minutes":5256000,
             "reading_minutes":{"mean":10080,"distribution":"lognormal","coefficient_of_variation":10}}
            """#)
        let outcome = widest.simulate(.delayCost, under: try .shipped())
        // 10,980 days of 24 hours, one study in a thousand hours: 263.5, give or take five standard deviations.
        #expect(abs(Double(outcome.arrivals) - 263.5) < 82)
    }
}

@Suite struct PlotTests {
    @Test func thePlotIsAPNGFileThatSaysWhatItShows() throws {
        let room = try scenario(
            #"{"name":"tiny","arrivals_per_hour":4,"readers":1,"reading_minutes":{"mean":10},"findings":[{"name":"d","prevalence":0.1,"sensitivity":0.9,"specificity":0.9}],"days":20,"seeds":3}"#)
        let outcomes = try [PolicyName.fifo, .class].map { room.simulate($0, under: try .shipped()) }
        let plot = WaitPlot(outcomes)
        let canvas = plot.canvas()
        let png = try canvas.png()
        // PNG (second edition) 5.2 and 11.2.2: signature, then IHDR with width and height.
        #expect(Array(png.prefix(8)) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
        let number = { (at: Int) in png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        #expect(number(16) == canvas.width && number(20) == canvas.height)
        #expect(Set(canvas.pixels).count > 4)
        let bars = plot.text().split(separator: "\n").filter { $0.contains("fifo") || $0.contains("class") }
        #expect(bars.count == 2 * 5)
    }
}
