import Foundation
import Glibc

/// A storage SCU that writes its PDUs itself, right or wrong (PS3.8 section 9.3), where no real peer would send such bytes.
final class RawAssociation {
    struct Failure: Error { var text: String }

    struct Answer: Sendable {
        var status: UInt16
        var comment: String?
    }

    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(text: "connect: \(String(cString: strerror(errno)))") }
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ bytes: Data) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    private func receive(_ count: Int) -> Data? {
        var bytes = Data()
        while bytes.count < count {
            var buffer = [UInt8](repeating: 0, count: count - bytes.count)
            let received = recv(descriptor, &buffer, buffer.count, 0)
            guard received > 0 else { return nil }
            bytes += buffer.prefix(received)
        }
        return bytes
    }

    /// The next PDU's type and body; nil: the connection has ended.
    func nextPDU() -> (type: UInt8, body: Data)? {
        guard let head = receive(6) else { return nil }
        let length = head[2..<6].reduce(0) { $0 << 8 | Int($1) }
        guard let body = receive(length) else { return nil }
        return (head[0], body)
    }

    /// Reads until the other side closes.
    func drain() { while receive(1) != nil {} }

    // MARK: PDUs

    static func pdu(_ type: UInt8, _ body: Data) -> Data { Data([type, 0]) + Part10.big(UInt32(body.count)) + body }

    static func item(_ type: UInt8, _ body: Data) -> Data { Data([type, 0]) + Part10.big(UInt16(body.count)) + body }

    /// An A-ASSOCIATE-RQ with one presentation context for each (abstract syntax, transfer syntaxes), numbered 1, 3, 5 …
    static func associateRequest(
        calling: String = "RAW", called: String = "ANY", contexts: [(String, [String])]
    ) -> Data {
        func title(_ text: String) -> Data { Data(text.padding(toLength: 16, withPad: " ", startingAt: 0).utf8) }
        var body = Data([0, 1, 0, 0]) + title(called) + title(calling) + Data(count: 32)
        body += item(0x10, Data("1.2.840.10008.3.1.1.1".utf8))
        for (index, context) in contexts.enumerated() {
            var proposal = Data([UInt8(2 * index + 1), 0, 0, 0]) + item(0x30, Data(context.0.utf8))
            for syntax in context.1 { proposal += item(0x40, Data(syntax.utf8)) }
            body += item(0x20, proposal)
        }
        body += item(0x50, item(0x51, Part10.big(UInt32(16384))) + item(0x52, Data("2.25.5".utf8)))
        return pdu(0x01, body)
    }

    static func pdv(context: UInt8 = 1, isCommand: Bool, isLast: Bool, _ fragment: Data) -> Data {
        Part10.big(UInt32(fragment.count + 2)) + Data([context, (isCommand ? 1 : 0) | (isLast ? 2 : 0)]) + fragment
    }

    static func storeRequest(sopClass: String = Part10.computedRadiography, instance: String, messageID: UInt16 = 1) -> Data {
        func element(_ number: UInt16, _ value: Data) -> Data {
            let padded = value.count.isMultiple(of: 2) ? value : value + Data([0])
            return Part10.little(UInt16(0)) + Part10.little(number) + Part10.little(UInt32(padded.count)) + padded
        }
        let elements = element(0x0002, Data(sopClass.utf8)) + element(0x0100, Part10.little(UInt16(1)))
            + element(0x0110, Part10.little(messageID)) + element(0x0700, Part10.little(UInt16(0)))
            + element(0x0800, Part10.little(UInt16(0))) + element(0x1000, Data(instance.utf8))
        return element(0x0000, Part10.little(UInt32(elements.count))) + elements
    }

    /// A C-STORE whose data set goes out in fragments of `fragment` bytes, one a PDU.
    static func store(_ dataSet: Data, instance: String, messageID: UInt16 = 1, fragment: Int = 16_000) -> Data {
        var stream = pdu(0x04, pdv(isCommand: true, isLast: true, storeRequest(instance: instance, messageID: messageID)))
        var rest = dataSet[...]
        repeat {
            let part = rest.prefix(fragment)
            rest = rest.dropFirst(fragment)
            stream += pdu(0x04, pdv(isCommand: false, isLast: rest.isEmpty, Data(part)))
        } while !rest.isEmpty
        return stream
    }

    // MARK: conversations

    /// Asks for an association and returns the PDU that came back.
    func associate(
        calling: String = "RAW", contexts: [(String, [String])] = [(Part10.computedRadiography, [Part10.explicitLittleEndian])]
    ) throws -> (type: UInt8, body: Data) {
        send(Self.associateRequest(calling: calling, contexts: contexts))
        guard let answer = nextPDU() else { throw Failure(text: "no answer to the association request") }
        return answer
    }

    /// The status (0000,0900) of the response that comes next, and its Error Comment (0000,0902).
    func storeStatus() throws -> Answer {
        guard let answer = nextPDU(), answer.type == 0x04 else { throw Failure(text: "no response to the C-STORE") }
        var command = Data(answer.body.dropFirst(6))
        var status: UInt16?
        var comment: String?
        while command.count >= 8 {
            let number = UInt16(command[2]) | UInt16(command[3]) << 8
            let length = Int(command[4]) | Int(command[5]) << 8
            let value = Data(command[8..<8 + length])
            if number == 0x0900 { status = UInt16(value[0]) | UInt16(value[1]) << 8 }
            if number == 0x0902 { comment = String(decoding: value, as: UTF8.self).trimmingCharacters(in: .whitespaces) }
            command = Data(command[(8 + length)...])
        }
        guard let status else { throw Failure(text: "a response without a status") }
        return Answer(status: status, comment: comment)
    }

    /// The transfer syntax accepted for each context of an A-ASSOCIATE-AC; nil: refused.
    static func acceptedSyntaxes(_ body: Data) -> [UInt8: String?] {
        var accepted: [UInt8: String?] = [:]
        var items = Data(body.dropFirst(68))
        while items.count >= 4 {
            let length = Int(items[2]) << 8 | Int(items[3])
            let content = Data(items[4..<4 + length])
            if items[0] == 0x21 {
                let name = String(decoding: content.dropFirst(8), as: UTF8.self)
                accepted[content[0]] = content[2] == 0 ? .some(name) : .some(nil)
            }
            items = Data(items[(4 + length)...])
        }
        return accepted
    }
}
