import GRDB
import Worklist

/// The statements that the store's operations are made of, inside one transaction.
struct Transaction {
    let db: Database
    let damage: DamageRecord
    let touched: TouchedStudies

    func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// How many rows the last statement changed.
    var changedRows: Int { db.changesCount }

    func rows(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> [Row] {
        try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
    }

    func row(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Row? {
        try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
    }

    func integer(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: sql), arguments: arguments) ?? 0
    }

    func study(_ uid: UID) throws -> Study? { try studies(where: "study_instance_uid = $1", [uid.text]).first }

    func studies(where condition: String, _ arguments: StatementArguments = StatementArguments()) throws -> [Study] {
        try rows(StudyRow.select + " WHERE " + condition, arguments).compactMap { row in
            let (study, damaged) = StudyRow.study(row)
            if !damaged.isEmpty {
                damage.note("the record of study \(study?.studyInstanceUID.text ?? "(no UID)") is damaged: \(damaged.joined(separator: ", ")) cannot be read")
            }
            return study
        }
    }

    func save(_ study: Study) throws {
        try run(StudyRow.upsert, StudyRow.arguments(study))
        touched.uids.insert(study.studyInstanceUID)
    }

    /// - Parameter study: nil: what happened concerns no study.
    func log(_ kind: Event.Kind, of study: UID?, by actor: String, at now: Timestamp, _ detail: Event.Detail) throws {
        try run(
            "INSERT INTO event (at, study_instance_uid, kind, actor, detail) VALUES ($1, $2, $3, $4, $5)",
            [now.microseconds, study?.text ?? "", kind.rawValue, actor, try JSONText.encode(detail)])
    }
}
