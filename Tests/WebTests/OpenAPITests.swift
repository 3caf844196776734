import Foundation
import Logging
import Testing
import Web

@Suite struct OpenAPITests {
    private let document: [String: Any]

    init() throws {
        let json = try JSONSerialization.jsonObject(with: Data(WebServer.openAPI))
        document = try #require(json as? [String: Any])
    }

    private var operations: [(address: String, operation: [String: Any])] {
        get throws {
            let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
            return paths.flatMap { path, methods in methods.map { ("\($0.key.uppercased()) \(path)", $0.value) } }
        }
    }

    @Test func everyRouteIsInTheDocumentAndTheOtherWayRound() throws {
        #expect(Set(try operations.map(\.address)) == Set(Self.server.addresses.map(\.address)))
    }

    @Test func theDocumentNamesTheRightThatEachRouteNeeds() throws {
        let rights = Dictionary(uniqueKeysWithValues: Self.server.addresses.map { ($0.address, $0.right) })
        for (address, operation) in try operations { #expect(operation["x-right"] as? String == rights[address]??.rawValue, "\(address)") }
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        let schemas = try #require((document["components"] as? [String: Any])?["schemas"] as? [String: Any])
        let text = String(decoding: WebServer.openAPI, as: UTF8.self)
        let names = text.matches(of: /#\/components\/schemas\/(\w+)/).map { String($0.1) }
        #expect(!names.isEmpty && names.allSatisfy { schemas[$0] != nil })
    }

    /// A server that nobody asks anything of.
    private static let server: WebServer = {
        struct NotAsked: Error {}
        let content = WebContent(
            health: { Health(checks: [:]) }, metrics: { [] }, list: ListContent(list: { _ in throw NotAsked() }, changes: ChangeFeed(maximumStreams: 1)),
            studies: StudyContent(
                explanation: { _, _ in throw NotAsked() }, film: { _, _ in throw NotAsked() }, heatMap: { _, _, _, _ in throw NotAsked() },
                act: { _, _, _ in throw NotAsked() }),
            reports: ReportContent(report: { _, _ in throw NotAsked() }, act: { _, _, _ in throw NotAsked() }),
            room: RoomContent(
                status: { throw NotAsked() }, waits: { _ in throw NotAsked() }, acknowledge: { _, _ in throw NotAsked() }, log: { _ in throw NotAsked() },
                note: { _, _, _, _ in }))
        return WebServer(WebServer.Settings(host: "127.0.0.1", port: 0), content: content, log: Logger(label: "test"))
    }()
}
