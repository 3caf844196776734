/// How soon a study wants to be read, from what was found in its images.
///
/// The policy file says which finding at which probability makes a study critical, urgent or likely normal.
package enum Category: String, Sendable, Codable, CaseIterable {
    case critical
    case urgent
    case routine
    case likelyNormal = "likely-normal"
    /// No figure stands behind this study; it keeps its turn among the routine ones.
    case unscored
}

/// The order's own priority (HL7 table 0485: S, A, R).
package enum OrderPriority: String, Sendable, Codable, CaseIterable, Comparable {
    case stat = "STAT"
    case asap = "ASAP"
    case routine = "ROUTINE"

    /// 0 is the most urgent.
    package var rank: Int {
        switch self {
        case .stat: 0
        case .asap: 1
        case .routine: 2
        }
    }

    /// The more urgent one is the smaller.
    package static func < (left: OrderPriority, right: OrderPriority) -> Bool { left.rank < right.rank }
}

/// Where the patient is (HL7 PV1-2, table 0004, folded to what the order of the list distinguishes).
package enum PatientClass: String, Sendable, Codable, CaseIterable {
    case emergency
    case inpatient
    case outpatient
    case unknown
}

/// Where a study is on its way.
package enum StudyState: String, Sendable, Codable, CaseIterable {
    /// Images are still coming.
    case receiving
    /// Complete, and waiting for the scorer.
    case queued
    case scored
    case unscored
    /// Somebody has it open.
    case reading
    case reported
}
