package import FoundationEssentials

/// A policy file that could not be used: what is wrong, where, and what to do.
package struct PolicyFileError: Error, CustomStringConvertible, Hashable {
    package var description: String
}

/// A policy file as it is written.
private struct PolicyFile: Codable {
    var name: String
    var version: String
    var categories: [CategoryRule]
    var limitsMinutes: WaitingLimits
    var costOfDelay: CostsOfDelay?

    enum CodingKeys: String, CodingKey {
        case name, version, categories
        case limitsMinutes = "limits_minutes"
        case costOfDelay = "cost_of_delay"
    }
}

extension WorklistPolicy {
    /// The policy that ships with the product.
    package static func shipped() throws(PolicyFileError) -> WorklistPolicy {
        try WorklistPolicy(json: Data(PackageResources.default_policy_json), from: shippedPlace)
    }

    private static let shippedPlace = "the shipped policy"

    /// Reads a policy file; `place` names it in errors. A file without costs of delay has those of the shipped policy.
    package init(json: Data, from place: String) throws(PolicyFileError) {
        let file: PolicyFile
        do {
            file = try JSONDecoder().decode(PolicyFile.self, from: json)
        } catch {
            throw PolicyFileError(description: "\(place) is no policy file: \(Self.explain(error)). Compare it with Sources/Worklist/default-policy.json.")
        }
        let costs: CostsOfDelay
        if let own = file.costOfDelay {
            costs = own
        } else if place == Self.shippedPlace {
            throw PolicyFileError(description: "\(place) has no cost_of_delay")
        } else {
            costs = try Self.shipped().costs
        }
        self.init(name: file.name, version: file.version, categories: file.categories, limitsMinutes: file.limitsMinutes, costs: costs)
        try validate(place)
    }

    /// The policy as a file would hold it, keys sorted: equal policies give equal bytes, so that a checksum names the rules.
    package var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(
                PolicyFile(name: name, version: version, categories: categories, limitsMinutes: limitsMinutes, costOfDelay: costs))
        }
    }

    /// Refuses what no list can be ordered by; `place` names the policy in errors.
    package func validate(_ place: String) throws(PolicyFileError) {
        try validateCategories(place)
        try validateLimits(place)
        try validateCosts(place)
    }

    private func validateCategories(_ place: String) throws(PolicyFileError) {
        func refuse(_ what: String) -> PolicyFileError { PolicyFileError(description: "\(place): \(what)") }
        for rule in categories {
            let conditions = (rule.any ?? []) + (rule.all ?? [])
            if conditions.isEmpty {
                throw refuse("the rule for \(rule.category.rawValue) has no condition; give it \"any\" or \"all\"")
            }
            if rule.category == .unscored { throw refuse("no rule may make a study unscored; that is what having no score is called") }
            for condition in conditions {
                let bounds = [condition.atLeast, condition.below].compactMap(\.self)
                if bounds.isEmpty { throw refuse("the condition on \(condition.finding) has no bound; give it \"at_least\" or \"below\"") }
                if let wrong = bounds.first(where: { !(0...1).contains($0) }) {
                    throw refuse("the bound \(wrong) on \(condition.finding) is no probability; it must lie in 0…1")
                }
            }
        }
    }

    private func validateLimits(_ place: String) throws(PolicyFileError) {
        func refuse(_ what: String) -> PolicyFileError { PolicyFileError(description: "\(place): \(what)") }
        func validateLimit(_ minutes: Double, of name: String) throws(PolicyFileError) {
            guard minutes.isFinite else { throw refuse("the limit \(minutes) of \(name) is no number") }
            guard minutes >= 0 else { throw refuse("the limit \(minutes) of \(name) is negative") }
            guard minutes <= WaitingLimits.longestMinutes else { throw refuse("the limit \(minutes) of \(name) is longer than ten years") }
        }
        for (name, minutes) in limitsMinutes.category {
            guard Category(rawValue: name) != nil else {
                throw refuse("limits_minutes.category knows no \"\(name)\"; categories are \(Category.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            try validateLimit(minutes, of: name)
        }
        for (name, minutes) in limitsMinutes.orderPriority {
            guard OrderPriority(rawValue: name) != nil else {
                throw refuse("limits_minutes.order_priority knows no \"\(name)\"; priorities are STAT, ASAP, ROUTINE")
            }
            try validateLimit(minutes, of: name)
        }
    }

    private func validateCosts(_ place: String) throws(PolicyFileError) {
        func refuse(_ what: String) -> PolicyFileError { PolicyFileError(description: "\(place): cost_of_delay: \(what)") }
        var rows = costs.findings.map { ($0.finding, $0.cost) }
        for (part, known, named) in [
            ("order_priority", OrderPriority.allCases.map(\.rawValue), costs.orderPriority),
            ("patient_class", PatientClass.allCases.map(\.rawValue), costs.patientClass),
            ("agreed_turnaround", PatientClass.allCases.map(\.rawValue), costs.agreedTurnaround),
        ] {
            for (name, row) in named.sorted(by: { $0.key < $1.key }) {
                guard known.contains(name) else { throw refuse("\(part) knows no \"\(name)\"; there are \(known.joined(separator: ", "))") }
                rows.append(("\(part) \(name)", row))
            }
        }
        for (name, row) in rows {
            let figures = [row.atArrival, row.atHorizon, row.horizonMinutes]
            guard figures.allSatisfy({ $0.isFinite && $0 >= 0 }) else { throw refuse("\(name) has a figure that is negative or no number") }
            guard row.horizonMinutes > 0 else { throw refuse("the horizon_minutes of \(name) must be more than 0") }
            guard row.atHorizon >= row.atArrival else {
                throw refuse("\(name) costs less at_horizon than at_arrival; the cost of delay must not fall with the wait")
            }
            guard !row.source.isEmpty else { throw refuse("\(name) has no source") }
        }
        var seen: Set<String> = []
        for finding in costs.findings {
            guard (0...1).contains(finding.prior) else { throw refuse("the prior \(finding.prior) of \(finding.finding) is no probability") }
            guard seen.insert(Label.folded(finding.finding)).inserted else { throw refuse("\(finding.finding) has two rows") }
        }
        for (modality, minutes) in costs.readingMinutes.byModality.merging(["others": costs.readingMinutes.others], uniquingKeysWith: { $1 })
        where !(minutes > 0 && minutes.isFinite) {
            throw refuse("reading_minutes: \(modality) must be more than 0")
        }
    }

    private static func explain(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "the key \"\(key.stringValue)\" is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
        default: "\(error)"
        }
    }
}
