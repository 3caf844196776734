package import FoundationEssentials

/// A policy file that could not be used: what is wrong, where, and what to do.
package struct PolicyFileError: Error, CustomStringConvertible, Hashable {
    package var description: String
}

extension WorklistPolicy {
    /// The policy that ships with the product.
    package static func shipped() throws(PolicyFileError) -> WorklistPolicy {
        try WorklistPolicy(json: Data(PackageResources.default_policy_json), from: "the shipped policy")
    }

    /// Reads a policy file; `place` names it in errors.
    package init(json: Data, from place: String) throws(PolicyFileError) {
        do {
            self = try JSONDecoder().decode(WorklistPolicy.self, from: json)
        } catch {
            throw PolicyFileError(description: "\(place) is no policy file: \(Self.explain(error)). Compare it with Sources/Worklist/default-policy.json.")
        }
        try validate(place)
    }

    private func validate(_ place: String) throws(PolicyFileError) {
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
        for (name, minutes) in limitsMinutes.category {
            guard Category(rawValue: name) != nil else {
                throw refuse("limits_minutes.category knows no \"\(name)\"; categories are \(Category.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            guard minutes >= 0 else { throw refuse("the limit \(minutes) of \(name) is negative") }
        }
        for (name, minutes) in limitsMinutes.orderPriority {
            guard OrderPriority(rawValue: name) != nil else {
                throw refuse("limits_minutes.order_priority knows no \"\(name)\"; priorities are STAT, ASAP, ROUTINE")
            }
            guard minutes >= 0 else { throw refuse("the limit \(minutes) of \(name) is negative") }
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
