package import Foundation
import Worklist

/// The board on this process's terminal, from start to end.
///
///     try Board(source: source, zone: .autoupdatingCurrent, isColoured: true).run()
package struct Board {
    private let source: BoardSource
    private let zone: TimeZone
    private let isColoured: Bool

    package init(source: BoardSource, zone: TimeZone, isColoured: Bool) {
        self.source = source
        self.zone = zone
        self.isColoured = isColoured
    }

    /// Shows the list until a key or a signal ends it; the terminal is then as it was.
    package func run() throws(BoardError) {
        let terminal = try Terminal(isColoured: isColoured)
        defer { terminal.end() }
        // After ncurses has set its own handlers.
        let signals = try TerminalSignals()
        let reader = try ListReader(source)
        let errands = try Errands(source)
        reader.start()
        defer { reader.end() }

        let screen = BoardScreen(zone: zone, depth: terminal.depth)
        var state = BoardState(source: source.name, size: terminal.measure(), person: source.person, suggestedName: source.suggestedName)
        var lines: [StyledLine] = []
        var drawnAt: Timestamp?
        while true {
            let now = Timestamp(Date())
            if let drawnAt, 0..<Self.redrawSeconds ~= now.seconds(since: drawnAt) {
                lines[0] = screen.title(state, now)
            } else {
                lines = screen.lines(of: state, at: now)
                drawnAt = now
            }
            terminal.paint(lines)
            guard let hasCome = wait(for: [STDIN_FILENO, signals.descriptor, reader.readings.descriptor, errands.answers.descriptor]) else { return }
            if hasCome { drawnAt = nil }
            for signal in signals.pending().sorted() {
                switch signal {
                case SIGWINCH: break
                case SIGTSTP:
                    terminal.end()
                    signals.stopHere()
                    terminal.resume()
                case SIGCONT: terminal.resume()
                default: return
                }
                state.resize(to: terminal.measure())
            }
            for reading in reader.readings.collect() { state.receive(reading) }
            for answer in errands.answers.collect() {
                state.receive(answer)
                if case .act = answer { reader.readNow() }
            }
            while let key = terminal.nextKey() {
                switch state.press(key) {
                case .stay: break
                case .repaint: terminal.repaint()
                case .quit: return
                }
            }
            state.takeErrands().forEach(errands.run)
        }
    }

    /// While nothing comes, the clock alone moves on with each second; waits, which are told in minutes, follow after so long.
    private static let redrawSeconds = 5.0

    /// Returns when one of them can be read, or the clock in the title moves on (false); nil when the terminal is gone.
    private func wait(for descriptors: [Int32]) -> Bool? {
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let toNextSecond = 1 - Date().timeIntervalSince1970.truncatingRemainder(dividingBy: 1)
        let count = poll(&polled, nfds_t(polled.count), Int32(toNextSecond * 1000) + 1)
        return polled[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) == 0 ? count != 0 : nil
    }
}
