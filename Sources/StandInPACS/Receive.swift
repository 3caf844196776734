import ArgumentParser
import Foundation
import HL7
import Logging
import Synchronization
import Worklist

struct Receive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Acknowledges every message, and writes a line for each. The default.")

    @Option(help: "The port to listen on, loopback only; 0 takes a free one.")
    var port = 2576

    @Option(help: ArgumentHelp("Where the lines go (default: standard output).", valueName: "file"))
    var log: String?

    func run() async throws {
        let lines = try Lines(path: log)
        let server: MLLPServer
        do {
            server = try await MLLPServer(.init(host: "127.0.0.1", port: port), log: Logger(label: "stand-in-pacs")) { bytes, _ in
                let now = Timestamp(Date())
                let answerID = "SP\(now.microseconds)"
                do throws(MessageError) {
                    let message = try Message(parsing: bytes)
                    lines.write(MessageLine.text(message))
                    return message.accepted(at: now, answerID: answerID).encoded
                } catch {
                    lines.write("unreadable: \(error)")
                    return Message.refused(unreadable: bytes, error, at: now, answerID: answerID).encoded
                }
            }
        } catch {
            throw Failure(description: "cannot listen on port \(port): \(error). Choose another --port; 0 takes a free one.")
        }
        FileHandle.standardOutput.write(Data("ready hl7=\(server.port)\n".utf8))
        try await server.run()
    }
}

/// What a message says, in one line: time, type, priority, category, accession number, study, findings and the first reason.
enum MessageLine {
    static func text(_ message: Message) -> String {
        func observation(_ name: String) -> String? { message.segments.first { $0.name == "OBX" && $0.text(3) == name }?.text(5) }
        let sent = message["MSH"]?.text(7) ?? ""
        let clock = [8..<10, 10..<12, 12..<14].map { String(Array(sent)[safe: $0]) }.joined(separator: ":")
        let priority = message["TQ1"]?.text(9) ?? message["ORC"]?.text(7, component: 6) ?? ""
        let study = message["IPC"]?.text(3) ?? message["ZDS"]?.text(1) ?? ""
        let accession = message["ORC"]?.text(3) ?? message["OBR"]?.text(3) ?? ""
        if message.type.description.hasPrefix("ORU") { return report(message, clock) }
        let columns = [
            clock, message.type.description, priority.padded(1), (observation("CATEGORY") ?? "-").padded(13), accession.padded(10),
            observation("REASON") ?? "", study,
        ]
        return columns.joined(separator: "  ")
    }

    /// Of a report: how it stands, and how its text begins.
    private static func report(_ message: Message, _ clock: String) -> String {
        let texts = message.segments.filter { $0.name == "OBX" }
        let status = texts.first?.text(11) ?? ""
        let words = ["P": "draft", "F": "final", "C": "corrected", "W": "withdrawn"][status] ?? status
        let beginning = texts.first { ["FT", "TX"].contains($0.text(2)) }?.text(5) ?? ""
        let study = message["IPC"]?.text(3) ?? message["ZDS"]?.text(1) ?? ""
        return [clock, message.type.description, " ", " \(words) ".padded(15), (message["OBR"]?.text(3) ?? "").padded(10), String(beginning.split(whereSeparator: \.isNewline).first ?? ""), study]
            .joined(separator: "  ")
    }
}

extension Array where Element == Character {
    fileprivate subscript(safe range: Range<Int>) -> ArraySlice<Character> { self[range.clamped(to: indices)] }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

/// Lines of a file or of standard output, each written whole.
private final class Lines: Sendable {
    private let file: Mutex<FileHandle>

    init(path: String?) throws {
        guard let path else {
            file = Mutex(.standardOutput)
            return
        }
        guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path) else {
            throw Failure(description: "\(path) cannot be written. Is its folder there?")
        }
        file = Mutex(handle)
    }

    func write(_ line: String) {
        file.withLock { $0.write(Data((line + "\n").utf8)) }
    }
}
