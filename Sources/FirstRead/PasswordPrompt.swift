import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Asks for a password without showing it.
enum PasswordPrompt {
    /// Twice, on the terminal.
    static func asked() throws -> String {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { throw Failure("there is no terminal to ask for the password on; give it on standard input with --password-stdin", status: 64) }
        defer { close(terminal) }
        let first = try line("Password: ", on: terminal)
        guard try line("Again: ", on: terminal) == first else { throw Failure("the two passwords differ; try again") }
        return first
    }

    /// The name as it is typed, then the password without showing it.
    static func nameAndPassword() throws -> (name: String, password: String) {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { throw Failure("the service asks who you are, and there is no terminal; set FIRSTREAD_NAME and FIRSTREAD_PASSWORD") }
        defer { close(terminal) }
        return (try line("Name: ", on: terminal, isShown: true), try line("Password: ", on: terminal))
    }

    static func firstLine() throws -> String {
        guard let line = readLine() else { throw Failure("standard input has no password; give it as its first line") }
        return line
    }

    /// Without the signal keys, and without echo where it is secret: a Ctrl-C must not leave the terminal blind.
    private static func line(_ prompt: String, on terminal: Int32, isShown: Bool = false) throws -> String {
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { throw Failure("the terminal cannot be asked: \(String(cString: strerror(errno)))") }
        var blind = before
        blind.c_lflag &= ~tcflag_t(isShown ? ISIG : ECHO | ISIG)
        tcsetattr(terminal, TCSAFLUSH, &blind)
        defer { tcsetattr(terminal, TCSAFLUSH, &before) }
        write(terminal, prompt, prompt.utf8.count)
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(terminal, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        if !isShown { write(terminal, "\n", 1) }
        guard !bytes.contains(3) else { throw Failure("given up") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure("what was typed is not UTF-8; check the terminal's locale") }
        return text
    }
}
