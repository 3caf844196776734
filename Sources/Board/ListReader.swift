import Foundation
import Synchronization
import Worklist

/// Where the list comes from. `read` may take its time: it is called on a thread of its own, never by two at once.
package struct ListSource: Sendable {
    /// In words, for the title: "data /var/lib/firstread".
    package var name: String
    /// Between two readings; more where a reading takes long.
    package var pauseSeconds: Double
    package var read: @Sendable () -> Reading

    package init(name: String, pauseSeconds: Double, read: @escaping @Sendable () -> Reading) {
        self.name = name
        self.pauseSeconds = pauseSeconds
        self.read = read
    }
}

/// Reads the list again and again on its own thread, and wakes whoever waits on `descriptor`.
final class ListReader: Sendable {
    private let source: ListSource
    private let pipe: WakePipe
    private let readings = Mutex<(waiting: [Reading], isEnded: Bool)>(([], false))

    /// A pause is at least so many times the processor time of the reading before it, so that a long list costs a small share of a core …
    private static let pausePerReading = 20.0
    /// … but never longer than this.
    private static let longestPauseSeconds = 20.0

    init(_ source: ListSource) throws(BoardError) {
        self.source = source
        pipe = try WakePipe()
    }

    var descriptor: Int32 { pipe.descriptor }

    func start() {
        let thread = Thread { [self] in
            while !readings.withLock(\.isEnded) {
                let began = Self.processorSeconds
                let reading = source.read()
                let share = min(Self.longestPauseSeconds, (Self.processorSeconds - began) * Self.pausePerReading)
                readings.withLock { $0.waiting.append(reading) }
                WakePipe.put(0, into: pipe.writing)
                Thread.sleep(forTimeInterval: max(source.pauseSeconds, share))
            }
        }
        thread.name = "list reader"
        thread.start()
    }

    /// Of the calling thread.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    func end() { readings.withLock { $0.isEnded = true } }

    /// What has been read since the last call.
    func pending() -> [Reading] {
        _ = pipe.drain()
        return readings.withLock { readings in
            defer { readings.waiting = [] }
            return readings.waiting
        }
    }
}
