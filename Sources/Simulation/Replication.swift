package import Worklist

/// One run of a scenario under one policy and one seed: a discrete-event simulation.
///
/// Three things happen: a study arrives, a read ends, the number of readers changes at a full hour. A reader whose shift is over
/// ends the open read first. A reader who is free takes the study that is first on the list at that moment.
package struct Replication {
    /// What happened; for those who want to look on.
    package enum Happening: Sendable {
        case arrived(number: Int64, Claim)
        /// With so many readers on duty, that one included, and so many of them reading.
        case started(number: Int64, readers: Int, reading: Int)
        case interrupted(number: Int64)
        case ended(number: Int64)
        case readers(Int)
    }

    private struct Job {
        var number: Int64
        var arrivedAt: Int64
        var reading: Int64
        var remaining: Int64
        var course: Course
        var dueAt: Int64
        var isFlagged: Bool
        var groups: UInt64
        var trueCost: MarginalCost
        var isMeasured: Bool
    }

    private struct OpenRead {
        var job: Job
        var endsAt: Int64
    }

    private let scenario: Scenario
    private let policy: any OrderingPolicy
    private let groups: Groups
    private let look: ((Int64, Happening) -> Void)?
    private var random: RandomSource
    private var mix: CaseMix
    private var process: ArrivalProcess
    private var waiting = WaitingRoom()
    /// By seat of the waiting room.
    private var jobs: [Job?] = []
    private var open: [OpenRead] = []
    private var readers: Int
    private var number: Int64 = 0
    private var tally: Tally
    private let from: Int64
    private let until: Int64

    init(
        _ scenario: Scenario, _ policy: any OrderingPolicy, _ weighing: Weighing, _ groups: Groups, seed: UInt64,
        lookingOn look: ((Int64, Happening) -> Void)? = nil
    ) {
        self.scenario = scenario
        self.policy = policy
        self.groups = groups
        self.look = look
        random = RandomSource(seed: seed)
        mix = CaseMix(scenario, weighing)
        process = ArrivalProcess(scenario.arrivals)
        readers = Int(scenario.readers.hours[0])
        tally = Tally(groups: groups.names.count)
        let day = 24 * Double(WeeklyTable.microsecondsPerHour)
        from = Int64(scenario.warmupDays * day)
        until = Int64((scenario.warmupDays + scenario.days) * day)
    }

    mutating func run() -> Tally {
        let lastArrival = until + from
        var arrival = process.draw(&random)
        var shift = nextShift(after: 0)
        while true {
            if let due = arrival, due > lastArrival { arrival = nil }
            var ending = -1
            var endsAt = Int64.max
            for (index, read) in open.enumerated() where read.endsAt < endsAt {
                endsAt = read.endsAt
                ending = index
            }
            let arrivesAt = arrival ?? .max
            // The hours of an empty room after the last arrival need no looking at.
            if arrival == nil, open.isEmpty, waiting.count == 0 { break }
            if shift <= endsAt, shift <= arrivesAt {
                readers = Int(scenario.readers.figure(at: shift))
                look?(shift, .readers(readers))
                fill(at: shift)
                shift = nextShift(after: shift)
            } else if endsAt <= arrivesAt {
                let job = open[ending].job
                open.swapRemove(ending)
                look?(endsAt, .ended(number: job.number))
                record(job, at: endsAt)
                fill(at: endsAt)
            } else {
                arrive(at: arrivesAt)
                arrival = process.draw(&random)
            }
        }
        tally.arrivals = Int(number)
        return tally
    }

    /// The next full hour at which the number of readers changes; the end of time where it never does.
    private func nextShift(after moment: Int64) -> Int64 {
        let hour = WeeklyTable.microsecondsPerHour
        let now = scenario.readers.figure(at: moment)
        for step in 1...168 {
            let next = (moment / hour + Int64(step)) * hour
            if scenario.readers.figure(at: next) != now { return next }
        }
        return .max
    }

    private mutating func arrive(at now: Int64) {
        let study = mix.draw(receivedAt: Timestamp(microseconds: now), &random)
        let reading = max(1, Int64((study.readingMinutes * 60_000_000).rounded()))
        let job = Job(
            number: number, arrivedAt: now, reading: reading, remaining: reading, course: policy.course(of: study.claim),
            dueAt: study.claim.dueAt?.microseconds ?? .max, isFlagged: study.flags != 0, groups: groups.mask(of: study), trueCost: study.trueCost,
            isMeasured: now >= from && now < until)
        number += 1
        look?(now, .arrived(number: job.number, study.claim))
        if open.count < readers {
            start(job, at: now)
        } else if scenario.interrupt, job.isFlagged, open.count == readers, let victim = victim(of: job, at: now) {
            var stopped = open[victim].job
            stopped.remaining = open[victim].endsAt - now
            open.swapRemove(victim)
            look?(now, .interrupted(number: stopped.number))
            seat(stopped, at: now)
            start(job, at: now)
        } else {
            seat(job, at: now)
        }
    }

    /// The open read that is last on the list of those not flagged, if the new study would stand before it. (Readers who only end
    /// their last read are left alone: nobody is interrupted while there are any.)
    private func victim(of job: Job, at now: Int64) -> Int? {
        let now = Timestamp(microseconds: now)
        func isBefore(_ left: Job, _ right: Job) -> Bool {
            let a = left.course.standing(at: now), b = right.course.standing(at: now)
            if a.tier != b.tier { return a.tier > b.tier }
            let x = a.value(at: now), y = b.value(at: now)
            return x != y ? x > y : left.number < right.number
        }
        let candidates = open.indices.filter { !open[$0].job.isFlagged }
        guard let last = candidates.max(by: { isBefore(open[$0].job, open[$1].job) }), isBefore(job, open[last].job) else { return nil }
        return last
    }

    private mutating func seat(_ job: Job, at now: Int64) {
        let seat = waiting.enter(job.course, number: job.number, at: now)
        while jobs.count <= seat { jobs.append(nil) }
        jobs[seat] = job
    }

    private mutating func fill(at now: Int64) {
        while open.count < readers, let seat = waiting.leave(at: now) {
            start(jobs[seat]!, at: now)
            jobs[seat] = nil
        }
    }

    private mutating func start(_ job: Job, at now: Int64) {
        open.append(OpenRead(job: job, endsAt: now + job.remaining))
        look?(now, .started(number: job.number, readers: readers, reading: open.count))
    }

    private mutating func record(_ job: Job, at now: Int64) {
        guard job.isMeasured else { return }
        let turnaround = now - job.arrivedAt
        let wait = turnaround - job.reading
        tally.add(
            waitMinutes: Double(wait) / 60_000_000, turnaroundMinutes: Double(turnaround) / 60_000_000, groups: job.groups,
            isPastLimit: job.dueAt < .max && job.arrivedAt + wait >= job.dueAt && wait > 0, cost: job.trueCost.total(minutes: Double(turnaround) / 60_000_000))
    }
}

extension Array {
    /// Removes an element in constant time; the last one takes its place.
    fileprivate mutating func swapRemove(_ index: Int) {
        swapAt(index, count - 1)
        removeLast()
    }
}
