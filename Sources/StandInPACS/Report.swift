import ArgumentParser
import Foundation
import HL7
import Worklist

struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sends a final report as ORU^R01, as a RIS does when somebody has reported elsewhere.",
        discussion: """
            EXAMPLE:
              stand-in-pacs report --to 127.0.0.1:2575 --accession A1234 --patient P1 --by "Weiss^Mara" --text "No fracture."
            """)

    @Option(help: ArgumentHelp("Where the HL7 server listens.", valueName: "host:port"))
    var to: String

    @Option(help: "The study's accession number.")
    var accession: String

    @Option(help: "The patient ID.")
    var patient: String

    @Option(help: ArgumentHelp("Who reported, as FAMILY^GIVEN.", valueName: "name"))
    var by: String

    @Option(help: "The report's text.")
    var text: String

    func run() async throws {
        guard let colon = to.lastIndex(of: ":"), let port = Int(to[to.index(after: colon)...]) else {
            throw ValidationError("--to is HOST:PORT, for example 127.0.0.1:2575")
        }
        let moment = Date().formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted, timeZone: .gmt).year().month().day().time(includingFractionalSeconds: false))
            .filter(\.isNumber)
        let controlID = "REPORT\(ProcessInfo.processInfo.processIdentifier)"
        let segments = [
            "MSH|^~\\&|RIS|HOSPITAL|FIRSTREAD||\(moment)||ORU^R01^ORU_R01|\(controlID)|P|2.5.1|||||||UNICODE UTF-8",
            "PID|1||\(patient)", "ORC|RE||\(accession)", "OBR|1||\(accession)|CHEST^Chest film^L|||||||||||||||||||||F|||||||\("0&\(by.replacingOccurrences(of: "^", with: "&"))")",
            "OBX|1|TX|18782-3^Report^LN||\(text)||||||F",
        ]
        let client = MLLPClient(.init(host: String(to[..<colon]), port: port))
        switch await client.send(segments.joined(separator: "\r") + "\r", controlID: controlID) {
        case .done, .doneWithWarning: break
        case .setAside(let reason), .retry(let reason), .unreachable(let reason):
            throw Failure(description: "the report on \(accession) was not taken: \(reason)")
        }
        await client.close()
        print("the report on \(accession) was taken")
    }
}
