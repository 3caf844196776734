import Foundation
import Glibc

/// A line that a person types at the terminal; a password is not shown.
enum TypedLine {
    private static let longest = 1024

    /// - Throws: `Failure` where the person leaves it (Ctrl-C, Ctrl-D) or the terminal is gone.
    static func read(_ question: String, isShown: Bool) throws -> String {
        FileHandle.standardError.write(Data(question.utf8))
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { throw Failure("standard input is no terminal; set FIRSTREAD_NAME and FIRSTREAD_PASSWORD") }
        var typing = before
        // Keys come one by one, Ctrl-C as a key: no signal can leave the terminal without its echo.
        typing.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &typing)
        defer {
            tcsetattr(STDIN_FILENO, TCSADRAIN, &before)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        var line: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = Glibc.read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != 3, byte != 4 else { throw Failure("not signed in") }
            switch byte {
            case 10, 13:
                guard let text = String(validating: line, as: UTF8.self) else { throw Failure("what was typed is not UTF-8") }
                return text
            case 8, 127: erase(&line, isShown)
            case 32... where line.count < longest:
                line.append(byte)
                if isShown { FileHandle.standardError.write(Data([byte])) }
            default: break
            }
        }
    }

    /// The last character, of however many bytes.
    private static func erase(_ line: inout [UInt8], _ isShown: Bool) {
        guard !line.isEmpty else { return }
        while let byte = line.popLast(), byte & 0xC0 == 0x80 {}
        if isShown { FileHandle.standardError.write(Data("\u{8} \u{8}".utf8)) }
    }
}
