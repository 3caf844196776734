import Worklist

/// Whose waits are told apart: by finding, by what the model said, by class.
struct Groups {
    let names: [String]
    private let categoryBits: [Category: UInt64]
    private let classBits: [PatientClass: UInt64]
    private let priorityBits: [OrderPriority: UInt64]
    private let findingBits: [(present: UInt64, missed: UInt64)]
    private let hourBits: (work: UInt64, off: UInt64, diseasedWork: UInt64, diseasedOff: UInt64)?
    private let workHours: Range<Int>

    /// Bits of the groups that each scenario has, in their order.
    private enum Bit {
        static let all: UInt64 = 1 << 0
        static let flagged: UInt64 = 1 << 1
        static let notFlagged: UInt64 = 1 << 2
        static let diseased: UInt64 = 1 << 3
        static let notDiseased: UInt64 = 1 << 4
        static let falseNegatives: UInt64 = 1 << 5
        static let falsePositives: UInt64 = 1 << 6
        static let otherExams: UInt64 = 1 << 7
    }

    private static let always = ["all", "flagged", "not_flagged", "diseased", "not_diseased", "false_negatives", "false_positives", "other_exams"]

    init(_ scenario: Scenario) {
        var names = Self.always
        func add(_ name: String) -> UInt64 {
            names.append(name)
            return 1 << UInt64(names.count - 1)
        }
        var categories = Set(scenario.findings.map(\.category)).union([scenario.unflaggedCategory])
        if scenario.otherExams != nil { categories.insert(.unscored) }
        categoryBits = Dictionary(uniqueKeysWithValues: Category.allCases.filter(categories.contains).map { ($0, add("category \($0.rawValue)")) })
        let classes = scenario.patientClasses.count > 1 ? scenario.patientClasses : []
        classBits = Dictionary(uniqueKeysWithValues: classes.map { ($0.value, add("patient \($0.value.rawValue)")) })
        let priorities = scenario.orderPriorities.count > 1 ? scenario.orderPriorities : []
        priorityBits = Dictionary(uniqueKeysWithValues: priorities.map { ($0.value, add("order \($0.value.rawValue)")) })
        findingBits = scenario.findings.map { (add($0.name), add("\($0.name) missed")) }
        workHours = scenario.workHours ?? 0..<24
        hourBits = scenario.workHours.map { _ in
            (add("in work hours"), add("off hours"), add("diseased, in work hours"), add("diseased, off hours"))
        }
        self.names = names
    }

    /// Names that no finding may have.
    static let reserved: Set<String> = Set(always)

    func mask(of study: SimulatedStudy) -> UInt64 {
        var mask = Bit.all
        mask |= categoryBits[study.category] ?? 0
        if !classBits.isEmpty { mask |= classBits[study.patientClass] ?? 0 }
        if !priorityBits.isEmpty { mask |= priorityBits[study.orderPriority] ?? 0 }
        let isFlagged = study.flags != 0, isDiseased = study.truths != 0
        if let hourBits {
            let isWork = isInWorkHours(study.claim.receivedAt)
            mask |= isWork ? hourBits.work : hourBits.off
            if isDiseased { mask |= isWork ? hourBits.diseasedWork : hourBits.diseasedOff }
        }
        guard study.isScored else { return mask | Bit.otherExams }
        mask |= isFlagged ? Bit.flagged : Bit.notFlagged
        mask |= isDiseased ? Bit.diseased : Bit.notDiseased
        if isDiseased, !isFlagged { mask |= Bit.falseNegatives }
        if isFlagged, !isDiseased { mask |= Bit.falsePositives }
        for (index, bits) in findingBits.enumerated() where study.truths >> UInt64(index) & 1 == 1 {
            mask |= bits.present
            if study.flags >> UInt64(index) & 1 == 0 { mask |= bits.missed }
        }
        return mask
    }

    /// Monday to Friday, by the hour of arrival.
    private func isInWorkHours(_ arrival: Timestamp) -> Bool {
        let hour = Int(arrival.microseconds / WeeklyTable.microsecondsPerHour % 168)
        return hour < 120 && workHours.contains(hour % 24)
    }
}
