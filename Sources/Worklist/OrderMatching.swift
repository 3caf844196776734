/// Which order a study belongs to: by accession number, then by Study Instance UID, then by patient and time; never by guess.
///
///     study.match(candidates, rivals: [])     // .joined(order, by: .accessionNumber, conflicts: [])
///
/// What is known is weighed as a whole each time, so that it does not matter which came first: the order, the images, another
/// study, or a merge of patients.
package enum OrderMatch: Hashable, Sendable {
    /// Strongest first.
    package enum Rule: String, Sendable, CaseIterable, Comparable {
        case accessionNumber = "accession number"
        case studyInstanceUID = "Study Instance UID"
        case patientAndTime = "patient and time"

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
        package static func < (left: Rule, right: Rule) -> Bool { left.rank < right.rank }
    }

    case joined(ImagingOrder, by: Rule, conflicts: [String])
    case apart(conflicts: [String])
}

/// An order that a study may belong to.
package struct OrderCandidate: Hashable, Sendable {
    package var order: ImagingOrder
    /// The strongest rule by which another study belongs to it; nil where none does.
    package var takenBy: OrderMatch.Rule?

    package init(_ order: ImagingOrder, takenBy: OrderMatch.Rule? = nil) {
        self.order = order
        self.takenBy = takenBy
    }
}

extension ImagingOrder {
    /// How far an order's time and a study's may lie apart where nothing but the patient joins them.
    package static let matchingWindowHours = 24

    fileprivate func fits(_ study: Study) -> Bool {
        guard let taken = study.takenAt, let wanted = Moment.minutes(scheduledAt ?? messageTime) else { return false }
        guard abs(taken - wanted) <= Self.matchingWindowHours * 60 else { return false }
        guard let modality, !modality.isEmpty, !study.modality.isEmpty else { return true }
        return modality == study.modality
    }
}

extension Study {
    /// - Parameters:
    ///   - candidates: orders with this accession number, with this Study Instance UID, and of this patient.
    ///   - rivals: the patient's other studies that carry no accession number and belong to no order by a stronger rule.
    package func match(_ candidates: [OrderCandidate], rivals: [Study]) -> OrderMatch {
        var conflicts: [String] = []
        let sameNumber = candidates.map(\.order).filter { !accessionNumber.isEmpty && $0.accessionNumber == accessionNumber }
        if let order = sameNumber.first(where: isOfThisPatient) { return .joined(order, by: .accessionNumber, conflicts: warnings(about: order)) }
        conflicts += sameNumber.map { "the order \(accessionNumber) is for patient ID \($0.patientID), the images say \(shownPatientID): not joined" }

        let naming = candidates.filter { $0.order.studyInstanceUID == studyInstanceUID.text && !sameNumber.contains($0.order) }
        conflicts += naming.filter { !isOfThisPatient($0.order) }.map {
            "the order \($0.order.number) names this study and is for patient ID \($0.order.patientID), the images say \(shownPatientID): not joined"
        }
        let own = naming.filter { isOfThisPatient($0.order) }
        conflicts += own.filter { $0.takenBy == .accessionNumber }.map {
            "the order \($0.order.number) names this study, yet its accession number is another study's: not joined"
        }
        let free = own.filter { $0.takenBy != .accessionNumber }
        if free.count > 1 { conflicts.append("the orders \(Self.list(free)) all name this study: not joined") }
        if free.count == 1 { return .joined(free[0].order, by: .studyInstanceUID, conflicts: conflicts + warnings(about: free[0].order)) }

        guard accessionNumber.isEmpty, naming.isEmpty else { return .apart(conflicts: conflicts) }
        let fitting = candidates.filter {
            isOfThisPatient($0.order) && $0.order.studyInstanceUID.isEmpty && !$0.order.isCancelled && ($0.takenBy ?? .patientAndTime) == .patientAndTime
                && $0.order.fits(self)
        }
        guard let only = fitting.first?.order else { return .apart(conflicts: conflicts) }
        guard fitting.count == 1 else {
            return .apart(conflicts: conflicts + ["the orders \(Self.list(fitting)) fit this study's patient and time, and its images carry no accession number: not joined"])
        }
        let others = rivals.filter { $0.patientID == patientID && only.fits($0) }.count
        guard others == 0 else {
            let studies = others == 1 ? "another study" : "\(others) other studies"
            return .apart(conflicts: conflicts + ["the order \(only.number) fits this and \(studies) of the patient, and the images carry no accession number: not joined"])
        }
        let note = "joined to the order \(only.number) by patient and time alone: the images carry no accession number"
        return .joined(only, by: .patientAndTime, conflicts: conflicts + [note] + warnings(about: only))
    }

    /// Takes over what the order says, or gives back what an earlier one said; sentences of an earlier match go.
    package mutating func join(_ match: OrderMatch) -> StudyAssembly.Action {
        let order: ImagingOrder?
        let sentences: [String]
        switch match {
        case .joined(let joined, _, let conflicts): (order, sentences) = (joined, conflicts)
        case .apart(let conflicts): (order, sentences) = (nil, conflicts)
        }
        conflicts.removeAll { sentence in Self.orderSentences.contains(where: sentence.hasPrefix) && !sentences.contains(sentence) }
        for sentence in sentences { note(conflict: sentence) }
        orderPriority = order?.priority ?? .routine
        patientClass = order?.patientClass ?? .unknown
        reasonForStudy = order?.reason ?? ""
        location = order?.location ?? ""
        guard let order else { return .none }
        if requestedProcedureID.isEmpty { requestedProcedureID = order.requestedProcedureID }
        if scheduledProcedureStepID.isEmpty { scheduledProcedureStepID = order.scheduledProcedureStepID }
        guard let expected = order.expectedImages, expected != assembly.expected else { return .none }
        return assembly.expect(expected)
    }

    /// Adds a sentence once.
    package mutating func note(conflict sentence: String) {
        if !conflicts.contains(sentence) { conflicts.append(sentence) }
    }

    /// How every sentence begins that a match may leave.
    private static let orderSentences = [
        "the order ", "the orders ", "joined to the order ", "birth date differs: order ", "sex differs: order ", "issuer of the patient ID differs: order ",
    ]

    /// What differs between an order and the images that belong to it.
    private func warnings(about order: ImagingOrder) -> [String] {
        var sentences: [String] = []
        if order.isCancelled { sentences.append("the order \(order.number) was cancelled, yet images are here") }
        func compare(_ what: String, _ ordered: String, _ imaged: String) {
            if !ordered.isEmpty, !imaged.isEmpty, ordered != imaged { sentences.append("\(what) differs: order \(ordered), images \(imaged)") }
        }
        compare("birth date", order.patientBirthDate, patientBirthDate)
        compare("sex", order.patientSex, patientSex)
        compare("issuer of the patient ID", order.issuerOfPatientID, issuerOfPatientID)
        if !order.accessionNumber.isEmpty, !accessionNumber.isEmpty, order.accessionNumber != accessionNumber {
            sentences.append("the order \(order.number) names this study, yet its images carry the accession number \(accessionNumber)")
        }
        if !order.studyInstanceUID.isEmpty, order.studyInstanceUID != studyInstanceUID.text {
            sentences.append("the order names another Study Instance UID: \(order.studyInstanceUID)")
        }
        return sentences
    }

    private func isOfThisPatient(_ order: ImagingOrder) -> Bool { !patientID.isEmpty && order.patientID == patientID }

    private var shownPatientID: String { patientID.isEmpty ? "(none)" : patientID }

    private static func list(_ candidates: [OrderCandidate]) -> String { candidates.map(\.order.number).sorted().joined(separator: ", ") }
}

extension Study {
    /// What a receiver is told: the more urgent of the order's own priority and the category's.
    package var announcedPriority: OrderPriority {
        switch category {
        case .critical: .stat
        case .urgent: min(orderPriority, .asap)
        case .routine, .likelyNormal, .unscored: orderPriority
        }
    }
}

extension Study {
    /// Study Date and Study Time, in minutes of the place where it was taken; nil where there is no date.
    var takenAt: Int? { studyDate.utf8.count == 8 ? Moment.minutes(studyDate + studyTime) : nil }
}

/// Local times as DICOM and HL7 write them, `YYYYMMDD[HHMM…]`, on one scale.
enum Moment {
    /// Minutes since 1970, noon where no time of day is given; nil where it is no date.
    static func minutes(_ text: String) -> Int? {
        let digits = Array(text.utf8.prefix(12).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        guard digits.count >= 8 else { return nil }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
        let (year, month, day) = (number(0..<4), number(4..<6), number(6..<8))
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        let (hour, minute) = digits.count >= 12 ? (number(8..<10), number(10..<12)) : digits.count >= 10 ? (number(8..<10), 0) : (12, 0)
        guard hour < 24, minute < 60 else { return nil }
        // Days of the proleptic Gregorian calendar, years counted from March.
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return days * 1440 + hour * 60 + minute
    }
}
