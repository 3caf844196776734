import Foundation
import FoundationXML
import Testing
import Web
import Worklist

struct WaitsPlotTests {
    private let now = Timestamp(rfc3339: "2026-03-02T03:10:00Z")!
    private let limits = WaitingLimits(category: [.urgent: 60])

    /// Urgent studies read ten minutes ago, after so many minutes each.
    private func drawing(_ minutes: [Double], _ period: WaitsByCategory.Period = .day) throws -> Drawing {
        let read = now.advanced(bySeconds: -600)
        let waits = minutes.map { minutes in
            let received = read.advanced(bySeconds: -minutes * 60)
            return WaitsByCategory.Wait(category: .urgent, receivedAt: received, dueAt: received.advanced(bySeconds: 3600), readAt: read)
        }
        return try Drawing(WaitsPlot(waits: WaitsByCategory.of(waits, limits: limits, over: period, at: now), period: period).svg)
    }

    @Test func aBarIsAsHighBelowTheLimitAsItsMedianIsShorterThanIt() throws {
        let drawing = try drawing([30, 30, 30])
        let bar = try #require(drawing.bars.first)
        let limit = try #require(drawing.lines.first { $0["stroke-dasharray"] != nil })
        let bottom = try bar.number("y") + bar.number("height")
        #expect(drawing.bars.count == 1)
        #expect(abs(try bar.number("height") / (bottom - limit.number("y1")) - 0.5) < 0.01)
    }

    @Test func whatIsLongerThanTheLimitIsDrawnAboveIt() throws {
        let drawing = try drawing([120, 120])
        let bar = try #require(drawing.bars.first)
        let limit = try #require(drawing.lines.first { $0["stroke-dasharray"] != nil })
        #expect(try bar.number("y") < limit.number("y1"))
        #expect(drawing.words.contains("2 past limit") && drawing.words.contains("2 read, median 120 min"))
    }

    @Test(arguments: [WaitsByCategory.Period.day, .week])
    func everythingLiesInsideThePicture(_ period: WaitsByCategory.Period) throws {
        let drawing = try drawing([1, 5, 100_000], period)
        for bar in drawing.bars { #expect(try bar.number("y") >= 0 && bar.number("height") >= 0 && bar.number("y") + bar.number("height") <= drawing.height) }
        for line in drawing.lines { #expect(try line.number("y1") >= 0 && line.number("y1") <= drawing.height && line.number("x2") <= drawing.width) }
    }

    @Test func everyCategoryHasARowEvenWithoutStudies() throws {
        let drawing = try drawing([])
        #expect(drawing.bars.isEmpty)
        #expect(Category.allCases.allSatisfy { drawing.words.contains($0.rawValue) })
        #expect(drawing.words.count { $0 == "0 read" } == Category.allCases.count)
    }

    /// No style that a strict content security policy would refuse, no script, nothing from elsewhere.
    @Test func itHoldsNeitherStyleNorScriptNorLink() throws {
        let svg = WaitsPlot(waits: WaitsByCategory.of([], limits: limits, over: .day, at: now), period: .day).svg
        for word in ["style", "script", "href", "url("] { #expect(!svg.contains(word)) }
    }
}

/// An SVG as an XML parser reads it.
private final class Drawing: NSObject, XMLParserDelegate {
    typealias Attributes = [String: String]

    private(set) var bars: [Attributes] = []
    private(set) var lines: [Attributes] = []
    private(set) var words: [String] = []
    private(set) var width = 0.0
    private(set) var height = 0.0
    private var text: String?

    init(_ svg: String) throws {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        guard parser.parse() else { throw parser.parserError ?? CocoaError(.formatting) }
    }

    func parser(_ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: Attributes) {
        switch name {
        case "svg":
            let box = (attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
            (width, height) = box.count == 4 ? (box[2], box[3]) : (0, 0)
        case "rect" where attributes["x"] != nil: bars.append(attributes)
        case "line": lines.append(attributes)
        case "text": text = ""
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text? += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard name == "text", let text else { return }
        words.append(text)
        self.text = nil
    }
}

extension [String: String] {
    fileprivate func number(_ name: String) throws -> Double { try #require(self[name].flatMap { Double($0) }) }
}
