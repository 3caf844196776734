internal import CKernels
internal import Glibc
internal import Synchronization

/// Threads that do the steps of one image together, each step in shares; one of the threads is the caller's own.
///
/// A share belongs to whoever takes it first. A thread that the system has taken off its processor therefore holds nobody up:
/// the others do its shares. Within an image the threads wait for each other by spinning, for a step takes less time than
/// waking a thread; between images they sleep.
final class Team: @unchecked Sendable {
    let count: Int
    private let steps: Int
    private let work: @Sendable (_ step: Int, Share) -> Void
    private var threads: [pthread_t] = []
    /// The step in hand (upper half) and its next share (lower half).
    private let ticket: Atomic<UInt64>
    /// Shares of the step in hand that are done.
    private let done = Atomic(0)
    private let isStopping = Atomic(false)
    // Heap memory: a mutex must not move.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// About as long as the next image takes to come when there is one.
    private static let spinsBeforeSleep = 20_000
    /// Where a processor is taken away from one of the threads, spinning only delays its return.
    private static let spinsBeforeYield = 20_000

    init(count: Int, steps: Int, work: @escaping @Sendable (_ step: Int, Share) -> Void) {
        self.count = count
        self.steps = steps
        self.work = work
        ticket = Atomic(UInt64(steps) << 32)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wake, nil)
        for number in 1..<max(count, 1) {
            let start = Unmanaged.passRetained(Start(team: Unmanaged.passUnretained(self), number: number))
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { context in
                    guard let context else { return nil }
                    let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                    start.team.takeUnretainedValue().help(start.number)
                    return nil
                }, start.toOpaque())
            precondition(status == 0, "the system has no thread to give (pthread_create: \(status))")
            threads.append(thread)
        }
    }

    deinit {
        isStopping.store(true, ordering: .releasing)
        wakeAll()
        for thread in threads { pthread_join(thread, nil) }
        pthread_cond_destroy(wake)
        pthread_mutex_destroy(mutex)
        wake.deallocate()
        mutex.deallocate()
    }

    /// Does all steps, with the others' help or alone; returns when the last is done.
    func run(together: Bool) {
        guard together, count > 1 else {
            for step in 0..<steps { work(step, .whole) }
            return
        }
        for step in 0..<steps {
            done.store(0, ordering: .relaxed)
            ticket.store(UInt64(step) << 32, ordering: .releasing)
            if step == 0 { wakeAll() }
            while takeShare(by: 0) {}
            var spins = 0
            while done.load(ordering: .acquiring) < count {
                spins &+= 1
                if spins > Self.spinsBeforeYield { sched_yield() } else { spin_hint() }
            }
        }
        ticket.store(UInt64(steps) << 32, ordering: .releasing)
    }

    /// - Returns: false where the step in hand has no share left, or no image is in hand.
    private func takeShare(by number: Int) -> Bool {
        let current = ticket.load(ordering: .acquiring)
        let (step, part) = (Int(current >> 32), Int(current & 0xFFFF_FFFF))
        guard step < steps, part < count else { return false }
        guard ticket.compareExchange(expected: current, desired: current + 1, ordering: .acquiringAndReleasing).exchanged else { return true }
        work(step, Share(part: part, of: count, by: number))
        done.add(1, ordering: .releasing)
        return true
    }

    private var isIdle: Bool { Int(ticket.load(ordering: .acquiring) >> 32) >= steps }

    private func wakeAll() {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)
    }

    private func help(_ number: Int) {
        var spins = 0
        while !isStopping.load(ordering: .acquiring) {
            if takeShare(by: number) {
                spins = 0
            } else if !isIdle || spins < Self.spinsBeforeSleep {
                spins &+= 1
                spin_hint()
            } else {
                pthread_mutex_lock(mutex)
                while isIdle, !isStopping.load(ordering: .acquiring) { pthread_cond_wait(wake, mutex) }
                pthread_mutex_unlock(mutex)
                spins = 0
            }
        }
    }

    /// What a thread is told when it starts; the team outlives its threads.
    private final class Start {
        let team: Unmanaged<Team>
        let number: Int

        init(team: Unmanaged<Team>, number: Int) {
            self.team = team
            self.number = number
        }
    }
}
