package import Worklist

/// How often a sign-in may fail, by name and by address: after `attempts` failures within `seconds` nobody is let in until the first of
/// them is that old, not even with the right password.
package struct SignInLimit {
    private enum Key: Hashable {
        case name(String)
        case address(String)
    }

    package let attempts: Int
    package let seconds: Double
    private var failures: [Key: [Timestamp]] = [:]

    /// More names and addresses than that are not kept: those longest quiet are let go, so that a flood can't fill the memory.
    private static let mostKeys = 20_000

    package init(attempts: Int, seconds: Double) {
        self.attempts = attempts
        self.seconds = seconds
    }

    /// Counts an attempt as failed until it has `succeeded`; nil where it may be made, else the seconds to wait. Counting first keeps
    /// attempts that are made at once from being judged by the same count.
    package mutating func begin(name: String, address: String, at now: Timestamp) -> Double? {
        let keys = Self.keys(name, address)
        let waits = keys.compactMap { key -> Double? in
            let recent = (failures[key] ?? []).filter { now.seconds(since: $0) < seconds }
            failures[key] = recent.isEmpty ? nil : recent
            guard recent.count >= attempts else { return nil }
            return seconds - now.seconds(since: recent[recent.count - attempts])
        }
        if let wait = waits.max() { return max(1, wait) }
        if failures.count > Self.mostKeys { forget(at: now) }
        for key in keys { failures[key, default: []].append(now) }
        return nil
    }

    /// The name starts anew; the address only gets this attempt back, or whoever has one account could try all the others.
    package mutating func succeeded(name: String, address: String, begunAt: Timestamp) {
        failures[.name(name)] = nil
        let key = Key.address(Self.network(address))
        if let index = failures[key]?.firstIndex(of: begunAt) { failures[key]?.remove(at: index) }
        if failures[key]?.isEmpty == true { failures[key] = nil }
    }

    private mutating func forget(at now: Timestamp) {
        failures = failures.filter { now.seconds(since: $1.last ?? now) < seconds }
        guard failures.count > Self.mostKeys else { return }
        let kept = failures.sorted { ($0.value.last ?? now) > ($1.value.last ?? now) }.prefix(Self.mostKeys / 2)
        failures = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }

    private static func keys(_ name: String, _ address: String) -> [Key] { [.name(name), .address(network(address))] }

    /// Of IPv6 the /64: one machine has all of it.
    private static func network(_ address: String) -> String {
        guard address.contains(":"), !address.lowercased().hasPrefix("::ffff:") else { return address }
        let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false).map { $0.split(separator: ":") }
        guard halves.count == 2 else { return halves[0].prefix(4).joined(separator: ":") }
        let missing = max(0, 8 - halves[0].count - halves[1].count)
        return (halves[0].map(String.init) + Array(repeating: "0", count: missing) + halves[1].map(String.init)).prefix(4).joined(separator: ":")
    }
}
