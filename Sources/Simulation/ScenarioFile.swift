package import FoundationEssentials
package import Worklist

/// A scenario file that could not be used: what is wrong, where, and what to do.
package struct ScenarioError: Error, CustomStringConvertible, Hashable {
    package var description: String
}

extension Scenario {
    /// Reads a scenario file; its keys are described in `docs/scenarios/README.md`.
    ///
    /// - Parameters:
    ///   - place: names the file in errors.
    ///   - department: the policy file whose costs of delay hold.
    ///   - read: reads a file that the scenario names, by its path relative to the scenario.
    package init(
        json: Data, from place: String, under department: WorklistPolicy, reading read: (String) throws -> Data
    ) throws(ScenarioError) {
        let value: JSONValue
        do {
            value = try JSONDecoder().decode(JSONValue.self, from: json)
        } catch {
            throw ScenarioError(description: "\(place) is no JSON; compare it with docs/scenarios")
        }
        do {
            try self.init(Fields(value, at: place), department, read)
        } catch let error as ScenarioError {
            throw error
        } catch {
            throw ScenarioError(description: "\(place): \(error)")
        }
    }

    private init(_ fields: Fields, _ department: WorklistPolicy, _ read: (String) throws -> Data) throws {
        name = try fields.text("name") ?? fields.place
        description = try fields.text("description") ?? ""
        interrupt = try fields.truth("interrupt") ?? false
        policies = try fields.policies("policy") ?? [.delayCost]
        limits = try fields.limits("limits_minutes")
        days = try fields.require(fields.number("days", to: Self.maximumDays, above: 0), "days")
        warmupDays = try fields.number("warmup_days", from: 0, to: Self.maximumDays) ?? 0
        seeds = try fields.seeds("seeds")
        readers = try fields.require(fields.weeklyTable("readers"), "readers")
        guard readers.hours.allSatisfy({ $0 == $0.rounded() && $0 <= Self.maximumReaders }), readers.hours.contains(where: { $0 > 0 }) else {
            throw fields.error("readers must be whole numbers up to \(Int(Self.maximumReaders)), and not 0 all week")
        }
        readingTime = try fields.require(fields.readingTime("reading_minutes"), "reading_minutes")
        let simulatedDays = days + 2 * warmupDays
        if let minutes = try fields.numbers("arrivals_minutes") {
            guard minutes == minutes.sorted(), minutes.first ?? 0 >= 0 else { throw fields.error("arrivals_minutes must ascend from 0 on") }
            guard minutes.last ?? 0 <= 3 * Self.maximumDays * 1440, minutes.count <= Int(Self.maximumStudies) else {
                throw fields.error("arrivals_minutes must be at most \(Int(3 * Self.maximumDays * 1440)) each, and at most \(Int(Self.maximumStudies)) of them")
            }
            arrivals = .recorded(minutes)
            if try fields.weeklyTable("arrivals_per_hour") != nil { throw fields.error("give arrivals_per_hour or arrivals_minutes, not both") }
        } else {
            let rates = try fields.require(fields.weeklyTable("arrivals_per_hour"), "arrivals_per_hour")
            guard rates.mean > 0 else { throw fields.error("arrivals_per_hour must not be 0 all week") }
            guard rates.mean >= Self.minimumArrivalsPerHour else {
                throw fields.error("arrivals_per_hour must be at least \(Self.minimumArrivalsPerHour) in the mean over the week")
            }
            guard rates.mean * 24 * simulatedDays <= Self.maximumStudies else {
                throw fields.error("arrivals_per_hour are too many: in \(simulatedDays) days, warm-up included, at most \(Int(Self.maximumStudies)) studies may be expected")
            }
            arrivals = .poisson(rates)
        }
        unflaggedCategory = try fields.category("unflagged_category", among: [.routine, .likelyNormal]) ?? .routine
        otherExams = try fields.object("other_exams").map { exams in
            let share = try exams.require(exams.number("share", from: 0, to: 1), "share")
            let time = try exams.require(exams.readingTime("reading_minutes"), "reading_minutes")
            try exams.refuseUnread()
            return OtherExams(share: share, readingTime: time)
        }
        patientClasses = try fields.shares("patient_class", of: PatientClass.self) ?? [Share(value: .unknown, share: 1)]
        orderPriorities = try fields.shares("order_priority", of: OrderPriority.self) ?? [Share(value: .routine, share: 1)]

        if let hours = try fields.numbers("work_hours") {
            guard hours.count == 2, hours[0] < hours[1], hours[1] <= 24, hours.allSatisfy({ $0 == $0.rounded() }) else {
                throw fields.error("work_hours must be two full hours of the day, for example [8, 18]")
            }
            workHours = Int(hours[0])..<Int(hours[1])
        }

        let casesFile = try fields.text("cases_file")
        let known = department.costs.findings
        findings = try fields.objects("findings").map { try SimulatedFinding($0, known: known, isRecorded: casesFile != nil) }
        recordedCases = []
        guard Set(findings.map(\.name)).count == findings.count, findings.count <= Self.maximumFindings else {
            throw fields.error("findings must have different names, at most \(Self.maximumFindings)")
        }
        if let taken = findings.first(where: { Group.reserved.contains($0.name) }) { throw fields.error("no finding may be called \(taken.name); a group of the output has that name") }
        if let stranger = readingTime.byFinding.keys.sorted().first(where: { name in !findings.contains { $0.name == name } }) {
            throw fields.error("reading_minutes.by_finding names \(stranger), which is not among the findings")
        }
        if let casesFile {
            recordedCases = try CasesFile.read(String(decoding: try read(casesFile), as: UTF8.self), from: casesFile, findings: findings.map(\.name))
            for index in findings.indices {
                findings[index].prevalence = Double(recordedCases.count { $0.truths[index] }) / Double(recordedCases.count)
                findings[index].cost.prior = findings[index].prevalence
            }
        }
        try fields.refuseUnread()
    }

    private static let maximumReaders = 10_000.0
    /// Ten years, for the measured days and for the warm-up each.
    private static let maximumDays = 3660.0
    /// A study in six weeks: with fewer, the search for the next arrival would not end.
    private static let minimumArrivalsPerHour = 0.001
    /// Of one replication. So many reads of a week each, one after the other, end before the last moment there is.
    private static let maximumStudies = 4_000_000.0
    package static let maximumFindings = 20
}

extension SimulatedFinding {
    fileprivate init(_ fields: Fields, known: [FindingCost], isRecorded: Bool) throws {
        let name = try fields.require(fields.text("name"), "name")
        var prevalence = 0.0
        let model: Model
        if isRecorded {
            model = .recorded(flaggedAt: try fields.require(fields.number("flagged_at", from: 0, to: 1), "flagged_at"))
        } else {
            prevalence = try fields.require(fields.number("prevalence", from: 0, to: 1), "prevalence")
            let specificity = try fields.require(fields.number("specificity", from: 0, to: 1), "specificity")
            if let auc = try fields.number("auc", from: 0.5, to: 1) {
                guard auc < 1, specificity > 0, specificity < 1 else {
                    throw fields.error("auc must be less than 1 and specificity between 0 and 1; for a model that is never wrong give sensitivity and specificity 1")
                }
                model = .binormal(auc: auc, specificity: specificity)
            } else {
                model = .flags(
                    sensitivity: try fields.require(fields.number("sensitivity", from: 0, to: 1), "sensitivity (or auc)"), specificity: specificity)
            }
        }
        var cost = known.first { $0.finding == name.lowercased() }
        let category = try fields.category("category", among: [.critical, .urgent, .routine]) ?? (cost?.actionable == .minutes ? .critical : .urgent)
        if cost == nil {
            // What the policy file does not know costs as much as the first finding it has of the same haste.
            let haste: ActionableCategory = category == .critical ? .minutes : category == .urgent ? .hours : .days
            cost = known.first { $0.actionable == haste }
        }
        guard var cost else { throw fields.error("the policy file has no cost for \(name), nor for any finding as urgent") }
        cost.finding = name
        cost.prior = prevalence
        cost.priorSource = "the scenario"
        try fields.refuseUnread()
        self.init(name: name, prevalence: prevalence, model: model, category: category, cost: cost)
    }
}

/// Recorded cases, as comma-separated values: for each finding NAME of the scenario a column NAME with the model's probability
/// and a column NAME_truth with 0 or 1; other columns are passed over.
enum CasesFile {
    static func read(_ text: String, from place: String, findings: [String]) throws -> [RecordedCase] {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed } }
        guard let header = lines.first, lines.count > 1 else { throw ScenarioError(description: "\(place) holds no cases") }
        func column(_ name: String) throws -> Int {
            guard let column = header.firstIndex(of: name) else { throw ScenarioError(description: "\(place) has no column \(name)") }
            return column
        }
        let columns = try findings.map { (probability: try column($0), truth: try column($0 + "_truth")) }
        return try lines.dropFirst().enumerated().map { index, cells in
            func cell(_ column: Int) throws -> Double {
                guard column < cells.count, let value = Double(cells[column]), (0...1).contains(value) else {
                    throw ScenarioError(description: "\(place), line \(index + 2): column \(header[column]) must hold a number in 0…1")
                }
                return value
            }
            return RecordedCase(probabilities: try columns.map { try cell($0.probability) }, truths: try columns.map { try cell($0.truth) == 1 })
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

/// JSON of any form.
private enum JSONValue: Decodable {
    case null
    case truth(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let truth = try? container.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}

/// The keys of one object of a scenario file, read with errors that say where; a key that nobody has read is refused.
private final class Fields {
    let place: String
    private let values: [String: JSONValue]
    private var read: Set<String> = []

    init(_ value: JSONValue, at place: String) throws {
        guard case .object(let values) = value else { throw ScenarioError(description: "\(place) must be a JSON object") }
        self.values = values
        self.place = place
    }

    func error(_ what: String) -> ScenarioError { ScenarioError(description: "\(place): \(what)") }

    func require<Value>(_ value: Value?, _ key: String) throws -> Value {
        guard let value else { throw error("\(key) is missing") }
        return value
    }

    func refuseUnread() throws {
        if let stranger = values.keys.filter({ !read.contains($0) }).min() {
            throw error("\(stranger) is no key of a scenario here; known are \(read.sorted().joined(separator: ", "))")
        }
    }

    private func value(_ key: String) -> JSONValue? {
        read.insert(key)
        if case .null? = values[key] { return nil }
        return values[key]
    }

    func text(_ key: String) throws -> String? {
        guard let value = value(key) else { return nil }
        guard case .text(let text) = value else { throw error("\(key) must be text") }
        return text
    }

    func truth(_ key: String) throws -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .truth(let truth) = value else { throw error("\(key) must be true or false") }
        return truth
    }

    func number(_ key: String, from low: Double = -.infinity, to high: Double = .infinity, above: Double = -.infinity) throws -> Double? {
        guard let value = value(key) else { return nil }
        guard case .number(let number) = value, number.isFinite, number >= low, number <= high, number > above else {
            let bounds = [low > -.infinity ? "at least \(low)" : nil, high < .infinity ? "at most \(high)" : nil, above > -.infinity ? "more than \(above)" : nil]
            throw error("\(key) must be a number" + bounds.compactMap(\.self).map { ", \($0)" }.joined())
        }
        return number
    }

    func numbers(_ key: String) throws -> [Double]? {
        guard let value = value(key) else { return nil }
        return try numbers(value, key)
    }

    private func numbers(_ value: JSONValue, _ key: String) throws -> [Double] {
        guard case .list(let list) = value else { throw error("\(key) must be a list of numbers") }
        return try list.map {
            guard case .number(let number) = $0, number.isFinite, number >= 0 else { throw error("\(key) must hold numbers that are not negative") }
            return number
        }
    }

    func object(_ key: String) throws -> Fields? { try value(key).map { try Fields($0, at: "\(place): \(key)") } }

    func objects(_ key: String) throws -> [Fields] {
        guard let value = value(key) else { return [] }
        guard case .list(let list) = value else { throw error("\(key) must be a list of objects") }
        return try list.enumerated().map { try Fields($1, at: "\(place): \(key)[\($0)]") }
    }

    /// A number, or seven rows (Monday first) of 24 hours, or 24 rows (hours) of seven days.
    func weeklyTable(_ key: String) throws -> WeeklyTable? {
        guard let value = value(key) else { return nil }
        if case .number(let number) = value, number.isFinite, number >= 0 { return WeeklyTable(always: number) }
        guard case .list(let list) = value else { throw error("\(key) must be a number that is not negative, or seven rows of 24 of them") }
        let rows = try list.map { try numbers($0, key) }
        if rows.count == 7, rows.allSatisfy({ $0.count == 24 }) { return WeeklyTable(hours: rows.flatMap(\.self)) }
        if rows.count == 24, rows.allSatisfy({ $0.count == 7 }) { return WeeklyTable(hours: (0..<168).map { rows[$0 % 24][$0 / 24] }) }
        throw error("\(key) must have seven rows (Monday first) of 24 hours, or 24 rows of seven days")
    }

    func readingTime(_ key: String) throws -> ReadingTime? {
        guard let fields = try object(key) else { return nil }
        let mean = try fields.require(fields.number("mean", to: ReadingTime.longestMean, above: 0), "mean")
        let word = try fields.text("distribution") ?? ReadingTime.Distribution.exponential.rawValue
        guard let distribution = ReadingTime.Distribution(rawValue: word) else {
            throw fields.error("distribution knows no \"\(word)\"; there are \(ReadingTime.Distribution.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let variation = try fields.number("coefficient_of_variation", to: ReadingTime.widestVariation, above: 0)
        if variation != nil, distribution != .lognormal { throw fields.error("coefficient_of_variation is for the lognormal distribution") }
        var byFinding: [String: Double] = [:]
        if let means = try fields.object("by_finding") {
            for finding in means.values.keys { byFinding[finding] = try means.number(finding, to: ReadingTime.longestMean, above: 0) }
        }
        try fields.refuseUnread()
        return ReadingTime(mean: mean, distribution: distribution, coefficientOfVariation: variation ?? 0.5, byFinding: byFinding)
    }

    func category(_ key: String, among known: [Category]) throws -> Category? {
        guard let word = try text(key) else { return nil }
        guard let category = Category(rawValue: word), known.contains(category) else {
            throw error("\(key) must be one of \(known.map(\.rawValue).joined(separator: ", "))")
        }
        return category
    }

    func policies(_ key: String) throws -> [PolicyName]? {
        guard let value = value(key) else { return nil }
        let words: [JSONValue]
        if case .list(let list) = value { words = list } else { words = [value] }
        let policies = try words.map { word in
            guard case .text(let text) = word, let policy = PolicyName(rawValue: text) else {
                throw error("\(key) must be one of \(PolicyName.allCases.map(\.rawValue).joined(separator: ", ")), or a list of them")
            }
            return policy
        }
        guard !policies.isEmpty else { throw error("\(key) must not be empty") }
        return policies
    }

    /// Minutes by category or order priority, as in a policy file or without its two levels; one number is for all categories.
    func limits(_ key: String) throws -> WaitingLimits {
        guard let value = value(key) else { return WaitingLimits() }
        if case .number(let minutes) = value {
            guard (0...WaitingLimits.longestMinutes).contains(minutes) else {
                throw error("\(key) must be at least 0, at most \(WaitingLimits.longestMinutes)")
            }
            return WaitingLimits(category: Dictionary(uniqueKeysWithValues: Category.allCases.map { ($0, minutes) }))
        }
        let fields = try Fields(value, at: "\(place): \(key)")
        let parts = [try fields.object("category"), try fields.object("order_priority")].compactMap(\.self)
        var limits = WaitingLimits()
        for part in parts.isEmpty ? [fields] : parts {
            for name in part.values.keys.sorted() where part !== fields || !["category", "order_priority"].contains(name) {
                guard let minutes = try part.number(name, from: 0, to: WaitingLimits.longestMinutes) else { continue }
                if Category(rawValue: name) != nil {
                    limits.category[name] = minutes
                } else if OrderPriority(rawValue: name) != nil {
                    limits.orderPriority[name] = minutes
                } else {
                    throw part.error("there is no category and no order priority \"\(name)\"")
                }
            }
        }
        try fields.refuseUnread()
        return limits
    }

    private static let maximumSeeds = 10_000.0

    func seeds(_ key: String) throws -> [UInt64] {
        guard let value = value(key) else { return [1] }
        let numbers: [Double]
        if case .number(let count) = value {
            guard (1...Self.maximumSeeds).contains(count), count == count.rounded() else {
                throw error("\(key) must be a whole number, at least 1, at most \(Int(Self.maximumSeeds)), or a list")
            }
            numbers = (1...Int(count)).map(Double.init)
        } else {
            numbers = try self.numbers(value, key)
        }
        guard
            !numbers.isEmpty, numbers.count <= Int(Self.maximumSeeds), numbers.allSatisfy({ $0 == $0.rounded() && $0 <= 0x1p53 }),
            Set(numbers).count == numbers.count
        else {
            throw error("\(key) must be different whole numbers up to 2^53, at most \(Int(Self.maximumSeeds)) of them, or how many of them")
        }
        return numbers.map { UInt64($0) }
    }

    func shares<Value: RawRepresentable & Hashable & Sendable & CaseIterable>(_ key: String, of: Value.Type) throws -> [Share<Value>]?
    where Value.RawValue == String {
        guard let fields = try object(key) else { return nil }
        let shares = try fields.values.keys.sorted().map { name in
            guard let value = Value(rawValue: name) else {
                throw fields.error("there is no \"\(name)\"; there are \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return Share(value: value, share: try fields.number(name, from: 0, to: 1) ?? 0)
        }
        guard abs(shares.reduce(0) { $0 + $1.share } - 1) < 1e-9 else { throw fields.error("the shares must add up to 1") }
        return shares
    }
}
