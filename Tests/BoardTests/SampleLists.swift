import Board
import Foundation
import Worklist

/// Lists to put on a board, ordered by the shipped policy as the service orders them.
enum SampleLists {
    static let now = Timestamp(rfc3339: "2026-03-01T14:30:00Z")!

    /// A study that came so many minutes before `now`; without findings it is unscored.
    static func study(
        _ number: Int, _ name: String = "Smith^John", waited minutes: Double = 5, _ findings: [String: Double] = ["abnormal": 0.3], modality: String = "CR",
        priority: OrderPriority = .routine, unscored reason: String? = nil
    ) throws -> Study {
        var study = Study(studyInstanceUID: UID("1.2.3.\(number)")!, receivedAt: now.advanced(bySeconds: -minutes * 60))
        study.patientName = name
        study.patientID = "P\(number)"
        study.accessionNumber = "A\(number)"
        study.modality = modality
        study.bodyPart = "CHEST"
        study.orderPriority = priority
        study.findings = reason == nil ? findings : [:]
        study.unscoredReason = reason
        study.state = reason == nil ? .scored : .unscored
        study.category = try WorklistPolicy.shipped().categorise(study.findings).category
        return study
    }

    static func reading(_ studies: [Study], at now: Timestamp = now) throws -> Reading {
        Reading(at: now, list: BoardList(WorklistSnapshot(of: studies, orderedBy: .classCapped, under: try .shipped(), at: now)))
    }

    static func state(_ studies: [Study], columns: Int = 80, rows: Int = 24) throws -> BoardState {
        var state = BoardState(source: "data /var/lib/firstread", size: BoardSize(columns: columns, rows: rows))
        state.receive(try reading(studies))
        return state
    }

    static func screen(_ state: BoardState, at now: Timestamp = now) -> [StyledLine] { BoardScreen(zone: .gmt).lines(of: state, at: now) }

    static func text(_ state: BoardState, at now: Timestamp = now) -> String { screen(state, at: now).map(\.text).joined(separator: "\n") }
}

extension BoardState {
    mutating func press(_ keys: [BoardKey]) { for key in keys { _ = press(key) } }

    mutating func type(_ text: String) { press(text.map { .character($0) }) }
}
