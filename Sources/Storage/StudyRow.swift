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
        ]
        return StatementArguments(values)
    }

    /// Reads by position: the columns are those of `select`, in its order.
    static func study(_ row: Row) throws -> Study {
        let text: String = row[0]
        guard let uid = UID(text) else { throw StorageError(.damaged, "the study table holds \(text), which is no UID; restore the database from a copy") }
        var study = Study(studyInstanceUID: uid, receivedAt: Timestamp(microseconds: row[16]))
        study.accessionNumber = row[1]
        study.patientID = row[2]
        study.issuerOfPatientID = row[3]
        study.patientName = row[4]
        study.patientBirthDate = row[5]
        study.patientSex = row[6]
        study.studyID = row[7]
        study.studyDate = row[8]
        study.studyTime = row[9]
        study.studyDescription = row[10]
        study.modality = row[11]
        study.bodyPart = row[12]
        study.requestedProcedureID = row[13]
        study.scheduledProcedureStepID = row[14]
        study.state = try word(row[15])
        study.completedAt = (row[17] as Int64?).map(Timestamp.init(microseconds:))
        study.assembly = StudyAssembly(
            instances: row[18], expected: row[19], lastReceivedAt: Timestamp(microseconds: row[20]), round: row[21],
            isComplete: row[22] != 0)
        study.category = try word(row[23])
        study.findings = try JSONText.decode(row[24])
        study.findingImages = try JSONText.decode(row[25])
        study.unscoredReason = row[26]
        study.model = try (row[27] as String?).map { try JSONText.decode($0) }
        study.orderPriority = try word(row[28])
        study.patientClass = try word(row[29])
        study.reasonForStudy = row[30]
        study.conflicts = try JSONText.decode(row[31])
        study.pin = try (row[32] as String?).map { try JSONText.decode($0) }
        study.draftReport = row[33]
        return study
    }

    private static func word<Word: RawRepresentable>(_ text: String) throws -> Word where Word.RawValue == String {
        guard let value = Word(rawValue: text) else {
            throw StorageError(.damaged, "the study table holds \"\(text)\" where a \(Word.self) belongs; was it written by a newer version?")
        }
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
