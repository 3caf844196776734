import Glibc

/// The signals that concern a program on a terminal, as bytes in a pipe that its loop waits on: a signal handler may do no more.
final class TerminalSignals {
    private let pipe: WakePipe

    private static let caught = [SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    init() throws(BoardError) {
        pipe = try WakePipe()
        signalPipe = pipe.writing
        for number in Self.caught { Self.catch(number) }
    }

    deinit {
        for number in Self.caught { signal(number, SIG_DFL) }
        signalPipe = -1
    }

    var descriptor: Int32 { pipe.descriptor }

    /// What has come since the last call, each once.
    func pending() -> Set<Int32> { Set(pipe.drain().map(Int32.init)) }

    /// Stops the process as Ctrl-Z asks, and returns when it is continued.
    func stopHere() {
        signal(SIGTSTP, SIG_DFL)
        raise(SIGTSTP)
        Self.catch(SIGTSTP)
    }

    private static func `catch`(_ number: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            let before = errno
            WakePipe.put(UInt8(truncatingIfNeeded: number), into: signalPipe)
            errno = before
        }
        action.sa_flags = SA_RESTART
        sigaction(number, &action, nil)
    }
}

// A signal handler can reach nothing but a global. Written before the handlers are set, and after they are gone.
private nonisolated(unsafe) var signalPipe: Int32 = -1
