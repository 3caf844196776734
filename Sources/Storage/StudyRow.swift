import Foundation
import GRDB
import Worklist

/// The study table's columns and a `Study`, in both directions.
enum StudyRow {
    static let columns = [
        "study_instance_uid", "accession_number", "patient_id", "issuer_of_patient_id", "patient_name", "patient_birth_date",
        "patient_sex", "study_id", "study_date", "study_time", "study_description", "modality", "body_part",
        "requested_procedure_id", "scheduled_procedure_step_id", "state", "received_at", "completed_at", "instances",
        "expected_instances", "last_received_at", "round", "is_complete", "category", "findings", "finding_images",
        "unscored_reason", "model", "order_priority", "patient_class", "reason_for_study", "conflicts", "pin", "draft_report",
        "location", "reader", "claimed_at", "reported_at",
    ]

    static let select = "SELECT \(columns.joined(separator: ", ")) FROM study"

    /// Inserts, or overwrites what is there; parameters in the order of `columns`.
    static let upsert: String = {
        let places = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
        let updates = columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        return "INSERT INTO study (\(columns.joined(separator: ", "))) VALUES (\(places)) ON CONFLICT (study_instance_uid) DO UPDATE SET \(updates)"
    }()

    static func arguments(_ study: Study) throws -> StatementArguments {
        let values: [(any DatabaseValueConvertible)?] = [
            study.studyInstanceUID.text, study.accessionNumber, study.patientID, study.issuerOfPatientID, study.patientName,
            study.patientBirthDate, study.patientSex, study.studyID, study.studyDate, study.studyTime, study.studyDescription,
            study.modality, study.bodyPart, study.requestedProcedureID, study.scheduledProcedureStepID, study.state.rawValue,
            study.receivedAt.microseconds, study.completedAt?.microseconds, study.assembly.instances, study.assembly.expected,
            study.assembly.lastReceivedAt.microseconds, study.assembly.round, study.assembly.isComplete ? 1 : 0,
            study.category.rawValue, try JSONText.encode(study.findings), try JSONText.encode(study.findingImages),
            study.unscoredReason, try study.model.map { try JSONText.encode($0) }, study.orderPriority.rawValue,
            study.patientClass.rawValue, study.reasonForStudy, try JSONText.encode(study.conflicts),
            try study.pin.map { try JSONText.encode($0) }, study.draftReport,
            study.location, study.reader?.name, study.reader?.since.microseconds, study.reportedAt?.microseconds,
        ]
        return StatementArguments(values)
    }

    /// Reads by position: the columns are those of `select`, in its order.
    ///
    /// A column that cannot be read takes nothing else with it: the study is there, says what is missing, and so are all others.
    /// Only one without a UID is no study.
    static func study(_ row: Row) -> (study: Study?, damaged: [String]) {
        var columns = StudyColumns(row: row)
        guard let uid = UID(columns.text(0)) else { return (nil, ["study_instance_uid"]) }
        var study = Study(studyInstanceUID: uid, receivedAt: Timestamp(microseconds: columns.number(16) ?? 0))
        study.accessionNumber = columns.text(1)
        study.patientID = columns.text(2)
        study.issuerOfPatientID = columns.text(3)
        study.patientName = columns.text(4)
        study.patientBirthDate = columns.text(5)
        study.patientSex = columns.text(6)
        study.studyID = columns.text(7)
        study.studyDate = columns.text(8)
        study.studyTime = columns.text(9)
        study.studyDescription = columns.text(10)
        study.modality = columns.text(11)
        study.bodyPart = columns.text(12)
        study.requestedProcedureID = columns.text(13)
        study.scheduledProcedureStepID = columns.text(14)
        // What cannot be read must not hide the study: it stands on the list, to be read by a person.
        study.state = columns.word(15) ?? .unscored
        study.completedAt = columns.isNull(17) ? nil : columns.number(17).map(Timestamp.init(microseconds:))
        study.assembly = StudyAssembly(
            instances: Int(clamping: columns.number(18) ?? 0), expected: columns.isNull(19) ? nil : columns.number(19).map { Int(clamping: $0) },
            lastReceivedAt: Timestamp(microseconds: columns.number(20) ?? 0), round: Int(clamping: columns.number(21) ?? 0),
            isComplete: (columns.number(22) ?? 1) != 0)
        study.category = columns.word(23) ?? .unscored
        study.findings = columns.json(24) ?? [:]
        study.findingImages = columns.json(25) ?? [:]
        study.unscoredReason = columns.isNull(26) ? nil : columns.text(26)
        study.model = columns.isNull(27) ? nil : columns.json(27)
        study.orderPriority = columns.word(28) ?? .routine
        study.patientClass = columns.word(29) ?? .unknown
        study.reasonForStudy = columns.text(30)
        study.conflicts = columns.json(31) ?? []
        study.pin = columns.isNull(32) ? nil : columns.json(32)
        study.draftReport = columns.isNull(33) ? nil : columns.text(33)
        study.location = columns.text(34)
        if !columns.isNull(35) { study.reader = Reader(name: columns.text(35), since: Timestamp(microseconds: columns.number(36) ?? 0)) }
        study.reportedAt = columns.isNull(37) ? nil : columns.number(37).map(Timestamp.init(microseconds:))
        if !columns.damaged.isEmpty {
            study.note(conflict: "the record of this study is damaged: \(columns.damaged.joined(separator: ", ")) cannot be read; its images are kept as they came")
        }
        return (study, columns.damaged)
    }
}

/// A row's values, each read by itself; what cannot be read is remembered by its column's name.
private struct StudyColumns {
    let row: Row
    var damaged: [String] = []

    init(row: Row) { self.row = row }

    func isNull(_ position: Int) -> Bool { (row[position] as DatabaseValue).isNull }

    mutating func text(_ position: Int) -> String { read(position, as: String.self) ?? "" }
    mutating func number(_ position: Int) -> Int64? { read(position, as: Int64.self) }

    mutating func word<Word: RawRepresentable>(_ position: Int) -> Word? where Word.RawValue == String {
        guard let text = read(position, as: String.self) else { return nil }
        return noted(Word(rawValue: text), position)
    }

    mutating func json<Value: Decodable>(_ position: Int) -> Value? {
        guard let text = read(position, as: String.self) else { return nil }
        return noted(try? JSONText.decode(text), position)
    }

    private mutating func read<Value: DatabaseValueConvertible>(_ position: Int, as type: Value.Type) -> Value? {
        noted(Value.fromDatabaseValue(row[position] as DatabaseValue), position)
    }

    private mutating func noted<Value>(_ value: Value?, _ position: Int) -> Value? {
        if value == nil { damaged.append(StudyRow.columns[position]) }
        return value
    }
}

/// Small values kept as JSON text in one column; what is written with every object goes without the cost of a coder.
enum JSONText {
    static func encode<Value: Encodable & Sendable>(_ value: Value) throws -> String {
        if let list = value as? [String], list.isEmpty { return "[]" }
        if let map = value as? [String: Double], map.isEmpty { return "{}" }
        if let map = value as? [String: String] { return object(map) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// A JSON object of texts, keys sorted (RFC 8259, section 7: quotation mark, backslash and controls are escaped).
    private static func object(_ map: [String: String]) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        func write(_ text: String) {
            bytes.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
                case 0..<0x20: bytes += Array("\\u00".utf8) + [hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
        for (key, value) in map.sorted(by: { $0.key < $1.key }) {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            write(key)
            bytes.append(UInt8(ascii: ":"))
            write(value)
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)

    static func decode<Value: Decodable>(_ text: String) throws -> Value {
        if text == "[]", let empty = [String]() as? Value { return empty }
        if text == "{}" {
            if let empty = [String: Double]() as? Value { return empty }
            if let empty = [String: String]() as? Value { return empty }
        }
        return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}
