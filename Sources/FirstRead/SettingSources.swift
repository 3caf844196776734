import Foundation

/// Turns the config file and the environment into the flags that they stand for, so that there is one set of settings and one
/// place that checks them. A flag wins over the environment, the environment over the file.
///
///     firstread serve --config site.json       // {"dicom-port": 104, "allow-ae": ["CT1", "CT2"], "open": true}
///     FIRSTREAD_DICOM_PORT=104 firstread serve // repeatable settings: FIRSTREAD_ALLOW_AE=CT1,CT2
enum SettingSources {
    /// Every setting of `serve`, by its flag's name.
    static let single: Set<String> = [
        "data", "database", "dicom-host", "dicom-port", "ae-title", "hl7-host", "hl7-port", "http-host", "http-port",
        "feed-format", "feed-retry-hours", "study-quiet-seconds", "policy", "policy-file", "fsync", "log-level", "scoring-workers", "engine", "precision", "threads",
        "max-associations", "max-pdu", "max-object-megabytes", "acse-seconds", "dimse-seconds", "feed-answer-seconds",
        "drafts", "report-language", "report-templates", "order-terms",
        "minimum-free-megabytes", "max-scoring-attempts", "max-hl7-kilobytes", "max-hl7-connections",
        "hl7-message-seconds", "hl7-idle-seconds", "institution", "store-connect-seconds", "store-acse-seconds", "store-dimse-seconds",
        "http-max-streams", "http-film-workers", "http-film-cache-megabytes", "http-film-queue", "claim-minutes", "low-disk-megabytes",
        "users", "session-minutes", "sign-in-attempts", "sign-in-minutes", "trusted-proxy",
    ]
    static let repeatable: Set<String> = ["model", "allow-ae", "feed", "store"]
    static let switches: Set<String> = ["open"]

    static var names: Set<String> { single.union(repeatable).union(switches) }

    /// Puts the flags of the file and the environment before those of the command line; other commands than `serve` are left alone.
    static func expand(_ arguments: [String], environment: [String: String]) throws -> [String] {
        guard arguments.first == "serve", !arguments.contains("--help"), !arguments.contains("-h") else { return arguments }
        let own = Array(arguments.dropFirst())
        var layers: [[String: [String]]] = []
        if let file = value(of: "config", in: own) ?? environment["FIRSTREAD_CONFIG"] { layers.append(try read(file)) }
        layers.append(try read(environment))

        let given = Set(own.compactMap(flagName))
        var merged: [String: [String]] = [:]
        for layer in layers { merged.merge(layer) { _, later in later } }
        var expanded: [String] = []
        for (name, values) in merged.sorted(by: { $0.key < $1.key }) where !given.contains(name) {
            if switches.contains(name) {
                if values.first == "true" { expanded.append("--\(name)") }
            } else {
                // One word with "=", so that a value that begins with a dash stays a value.
                expanded += values.map { "--\(name)=\($0)" }
            }
        }
        return ["serve"] + expanded + own
    }

    private static func flagName(_ argument: String) -> String? {
        guard argument.hasPrefix("--") else { return nil }
        return String(argument.dropFirst(2).prefix { $0 != "=" })
    }

    private static func value(of name: String, in arguments: [String]) -> String? {
        for (index, argument) in arguments.enumerated() {
            if argument == "--\(name)" { return index + 1 < arguments.count ? arguments[index + 1] : nil }
            if argument.hasPrefix("--\(name)=") { return String(argument.dropFirst(name.count + 3)) }
        }
        return nil
    }

    /// What a config file may hold for a key.
    private enum Value: Decodable {
        case text(String)
        case number(Double)
        case truth(Bool)
        case list([Value])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let truth = try? container.decode(Bool.self) {
                self = .truth(truth)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .list(try container.decode([Value].self))
            }
        }
    }

    private static func read(_ file: String) throws -> [String: [String]] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Failure("the config file \(file) cannot be read; check --config", status: 64)
        }
        let settings: [String: Value]
        do {
            settings = try JSONDecoder().decode([String: Value].self, from: data)
        } catch {
            throw Failure(
                "the config file \(file) must hold one JSON object whose values are text, numbers, true, false or lists of these, for example {\"dicom-port\": 11112}",
                status: 64)
        }
        var values: [String: [String]] = [:]
        for (key, value) in settings {
            guard names.contains(key) else {
                throw Failure("the config file \(file) has the unknown key \"\(key)\"; did you mean \"\(nearest(to: key))\"?", status: 64)
            }
            values[key] = try texts(value, key: key, file: file)
        }
        return values
    }

    private static func texts(_ value: Value, key: String, file: String) throws -> [String] {
        switch value {
        case .text(let text): return [text]
        case .number(let number): return [number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)]
        case .truth(let truth): return [switches.contains(key) ? (truth ? "true" : "false") : (truth ? "on" : "off")]
        case .list(let list):
            guard repeatable.contains(key) else { throw Failure("the config file \(file): \"\(key)\" takes one value, not a list", status: 64) }
            return try list.flatMap { try texts($0, key: key, file: file) }
        }
    }

    private static func read(_ environment: [String: String]) throws -> [String: [String]] {
        var values: [String: [String]] = [:]
        for (variable, value) in environment where variable.hasPrefix("FIRSTREAD_") && variable != "FIRSTREAD_CONFIG" {
            let name = variable.dropFirst("FIRSTREAD_".count).lowercased().replacingOccurrences(of: "_", with: "-")
            guard names.contains(name) else {
                throw Failure("the environment variable \(variable) is no setting; did you mean FIRSTREAD_\(nearest(to: name).uppercased().replacingOccurrences(of: "-", with: "_"))?", status: 64)
            }
            if repeatable.contains(name) {
                values[name] = value.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            } else if switches.contains(name) {
                values[name] = [["1", "true", "on", "yes"].contains(value.lowercased()) ? "true" : "false"]
            } else {
                values[name] = [value]
            }
        }
        return values
    }

    /// The known name with the smallest edit distance.
    static func nearest(to key: String) -> String {
        names.min { (distance(key, $0), $0) < (distance(key, $1), $1) } ?? "data"
    }

    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased()), right = Array(right)
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let substituted = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
