import Worklist

/// The order that a study belongs to, as `explain` shows it.
package struct ExplainedOrder: Encodable, Sendable {
    private let order: ImagingOrder

    init(_ order: ImagingOrder) { self.order = order }

    private enum CodingKeys: String, CodingKey {
        case number, procedure, reason, priority, location
        case accessionNumber = "accession_number"
        case placerOrderNumber = "placer_order_number"
        case orderingProvider = "ordering_provider"
        case patientClass = "patient_class"
        case scheduledAt = "scheduled_at"
        case isCancelled = "is_cancelled"
        case expectedImages = "expected_images"
    }

    package func encode(to encoder: any Encoder) throws {
        func present(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(order.number, forKey: .number)
        try container.encode(present(order.accessionNumber), forKey: .accessionNumber)
        try container.encode(present(order.placerOrderNumber), forKey: .placerOrderNumber)
        try container.encode(present(order.procedure), forKey: .procedure)
        try container.encode(present(order.reason), forKey: .reason)
        try container.encode(present(order.orderingProvider), forKey: .orderingProvider)
        try container.encode(order.priority, forKey: .priority)
        try container.encode(order.patientClass, forKey: .patientClass)
        try container.encode(present(order.location), forKey: .location)
        try container.encode(present(order.scheduledAt), forKey: .scheduledAt)
        try container.encode(order.isCancelled, forKey: .isCancelled)
        try container.encode(order.expectedImages, forKey: .expectedImages)
    }
}
