package import Worklist

extension Message {
    /// What the message asks for.
    ///
    ///     try Message(parsing: bytes).intake()      // .orders([…])
    package func intake() throws(MessageError) -> Intake {
        switch (type.code, type.event) {
        case ("ORM", "O01"), ("OMI", "O23"): return .orders(try OrderMessage.orders(in: self))
        case ("ADT", "A08"): return .patients(try PatientMessage.records(in: self))
        case ("ADT", "A40"): return .merges(try PatientMessage.merges(in: self))
        case ("ORU", "R01"): return .reports(try FinalReportMessage.reports(in: self))
        default:
            var error = MessageError(.unsupportedMessageType, "MSH", 9, "the type is not supported; send ORM^O01, OMI^O23, ADT^A08, ADT^A40 or ORU^R01")
            error.value = "\(type)"
            throw error
        }
    }
}
