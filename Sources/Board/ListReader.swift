import Dispatch
import Foundation
import Synchronization

/// Reads the list again and again on its own thread, and leaves each reading in a mailbox.
final class ListReader: Sendable {
    let readings: Mailbox<Reading>
    private let source: BoardSource
    private let isEnded = Mutex(false)
    private let nudge = DispatchSemaphore(value: 0)

    /// A pause is at least so many times the processor time of the reading before it, so that a long list costs a small share of a core …
    private static let pausePerReading = 20.0
    /// … but never longer than this.
    private static let longestPauseSeconds = 20.0

    init(_ source: BoardSource) throws(BoardError) {
        self.source = source
        readings = try Mailbox()
    }

    func start() {
        let thread = Thread { [self] in
            while !isEnded.withLock(\.self) {
                let began = ProcessorTime.ofThisThread
                readings.post(source.read())
                let share = min(Self.longestPauseSeconds, (ProcessorTime.ofThisThread - began) * Self.pausePerReading)
                _ = nudge.wait(timeout: .now() + max(source.pauseSeconds, share))
            }
        }
        thread.name = "list reader"
        thread.start()
    }

    /// Cuts the pause short: something was done that the list will show.
    func readNow() { nudge.signal() }

    func end() {
        isEnded.withLock { $0 = true }
        nudge.signal()
    }
}

package enum ProcessorTime {
    /// Seconds that the calling thread has computed.
    package static var ofThisThread: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
