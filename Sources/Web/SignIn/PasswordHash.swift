import Crypto
import CryptoExtras
import Foundation

/// A password's scrypt hash with its salt and cost, as the users file keeps it.
///
///     let hash = try PasswordHash(of: "eleven blue herons")
///     hash.text                              // $scrypt$ln=15,r=8,p=3$c2FsdA$aGFzaA: PHC string format
///     hash.matches("eleven blue herons")     // true
package struct PasswordHash: Sendable, Hashable {
    /// How much work and memory a hash takes (RFC 7914): 128·r·2^ln bytes, p times over.
    struct Cost: Sendable, Hashable {
        var logarithm = 15
        var blockSize = 8
        var parallelism = 3

        /// From the least that may be kept to what a sign-in can be made to wait for: a file must not be able to stop the service.
        var isBearable: Bool { (14...18).contains(logarithm) && (8...16).contains(blockSize) && (1...8).contains(parallelism) }
    }

    let cost: Cost
    let salt: [UInt8]
    let key: [UInt8]

    /// Characters that a password has at least, bytes that it has at most.
    package static let leastCharacters = 12, mostBytes = 1024
    private static let saltBytes = 16, keyBytes = 32

    package init(of password: String) throws {
        self.cost = Cost()
        salt = SymmetricKey(size: .init(bitCount: Self.saltBytes * 8)).withUnsafeBytes { Array($0) }
        key = try Self.derive(password, salt, cost).withUnsafeBytes { Array($0) }
    }

    package init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let cost = Self.cost(parts[2]) else { return nil }
        guard let salt = Self.bytes(parts[3]), let key = Self.bytes(parts[4]), salt.count >= Self.saltBytes, key.count == Self.keyBytes else { return nil }
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    package var text: String {
        "$scrypt$ln=\(cost.logarithm),r=\(cost.blockSize),p=\(cost.parallelism)$\(Self.unpadded(salt))$\(Self.unpadded(key))"
    }

    /// Compares in constant time.
    package func matches(_ password: String) -> Bool {
        guard password.utf8.count <= Self.mostBytes, let derived = try? Self.derive(password, salt, cost) else { return false }
        return derived == SymmetricKey(data: key)
    }

    /// Typed on another keyboard, an umlaut may be two characters: both are one password (RFC 8265).
    private static func derive(_ password: String, _ salt: [UInt8], _ cost: Cost) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: Array(password.precomposedStringWithCanonicalMapping.utf8), salt: salt, outputByteCount: keyBytes, rounds: 1 << cost.logarithm,
            blockSize: cost.blockSize, parallelism: cost.parallelism)
    }

    private static func cost(_ text: Substring) -> Cost? {
        var values: [Substring: Int] = [:]
        for pair in text.split(separator: ",") {
            let halves = pair.split(separator: "=")
            guard halves.count == 2, let value = Int(halves[1]) else { return nil }
            values[halves[0]] = value
        }
        guard values.count == 3, let logarithm = values["ln"], let blockSize = values["r"], let parallelism = values["p"] else { return nil }
        let cost = Cost(logarithm: logarithm, blockSize: blockSize, parallelism: parallelism)
        return cost.isBearable ? cost : nil
    }

    private static func unpadded(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString().replacing("=", with: "") }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4)).map { Array($0) }
    }
}
