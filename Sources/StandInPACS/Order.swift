import ArgumentParser
import Foundation
import HL7
import Worklist

struct Order: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sends the orders of a file as ORM^O01, and fails unless each is accepted.",
        discussion: """
            EXAMPLE:
              stand-in-pacs order --to 127.0.0.1:2575 --orders SampleStudies/orders.json
            """)

    @Option(help: ArgumentHelp("Where the HL7 server listens.", valueName: "host:port"))
    var to: String

    @Option(help: ArgumentHelp("A JSON array of orders; SampleStudies/README.md says which keys.", valueName: "file"))
    var orders: String

    func run() async throws {
        guard let colon = to.lastIndex(of: ":"), let port = Int(to[to.index(after: colon)...]) else {
            throw ValidationError("--to is HOST:PORT, for example 127.0.0.1:2575")
        }
        let placed: [PlacedOrder]
        do {
            placed = try JSONDecoder().decode([PlacedOrder].self, from: Data(contentsOf: URL(fileURLWithPath: orders)))
        } catch {
            throw Failure(description: "\(orders) holds no orders: \(error)")
        }
        let client = MLLPClient(.init(host: String(to[..<colon]), port: port))
        for (index, order) in placed.enumerated() {
            let controlID = "ORDER\(index + 1)-\(ProcessInfo.processInfo.processIdentifier)"
            let message = order.message(controlID: controlID, at: Timestamp(Date()))
            switch await client.send(message.encoded, controlID: controlID) {
            case .done, .doneWithWarning: break
            case .setAside(let reason), .retry(let reason), .unreachable(let reason):
                throw Failure(description: "order \(order.accession_number) was not taken: \(reason)")
            }
        }
        await client.close()
        print("\(placed.count) orders placed")
    }
}

/// One order of the file; its keys are spelt as there.
private struct PlacedOrder: Decodable {
    var accession_number: String
    var patient_id: String
    var patient_name: String
    var birth_date: String?
    var sex: String?
    var priority: OrderPriority
    var patient_class: PatientClass
    var procedure: String
    var reason: String?
    var study_instance_uid: String?
    var expected_images: Int?
    var requested_procedure_id: String?
    var scheduled_step_id: String?

    func message(controlID: String, at now: Timestamp) -> Message {
        var order = ImagingOrder(accessionNumber: accession_number, patientID: patient_id)
        order.patientName = patient_name
        order.patientBirthDate = birth_date ?? ""
        order.patientSex = sex ?? ""
        order.priority = priority
        order.patientClass = patient_class
        order.reason = reason ?? ""
        order.studyInstanceUID = study_instance_uid ?? ""
        order.expectedImages = expected_images
        order.requestedProcedureID = requested_procedure_id ?? ""
        order.scheduledProcedureStepID = scheduled_step_id ?? ""
        return OrderMessage.imagingOrder(order, procedure: procedure, from: "RIS", controlID: controlID, at: now)
    }
}
