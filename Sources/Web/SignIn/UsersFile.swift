import Foundation


/// The file of `--users`: who may sign in.
///
///     {"users": [{"name": "Dr. Adler", "roles": ["reader"], "password_hash": "$scrypt$…"}]}
package struct UsersFile: Sendable, Hashable {
    package struct User: Codable, Sendable, Hashable {
        package var name: String
        package var roles: [Role]
        package var passwordHash: PasswordHash

        package init(name: String, roles: [Role], passwordHash: PasswordHash) {
            self.name = name
            self.roles = roles
            self.passwordHash = passwordHash
        }

        package var person: Person { Person(name: name, roles: Set(roles)) }

        enum CodingKeys: String, CodingKey {
            case name, roles
            case passwordHash = "password_hash"
        }
    }

    package private(set) var users: [User] = []

    package static let mostNameCharacters = 64

    package init() {}

    package subscript(name: String) -> User? { users.first { $0.name == name } }

    package mutating func add(_ user: User, in path: String) throws {
        guard Self.isName(user.name) else {
            throw UsersFileError("\"\(user.name)\" is no name: 1 to \(Self.mostNameCharacters) characters, no control characters, no blank at either end")
        }
        guard !user.roles.isEmpty else { throw UsersFileError("\(user.name) has no role in \(path); give reader, lead or admin") }
        guard self[user.name] == nil else { throw UsersFileError("\(user.name) is in \(path) already; `firstread user password` sets another password") }
        users.append(user)
    }

    package mutating func remove(_ name: String, from path: String) throws {
        guard self[name] != nil else { throw UsersFileError("\(name) is not in \(path); `firstread user list` shows who is") }
        users.removeAll { $0.name == name }
    }

    package mutating func setPassword(of name: String, to hash: PasswordHash, in path: String) throws {
        guard let index = users.firstIndex(where: { $0.name == name }) else {
            throw UsersFileError("\(name) is not in \(path); `firstread user list` shows who is")
        }
        users[index].passwordHash = hash
    }

    static func isName(_ name: String) -> Bool {
        (1...mostNameCharacters).contains(name.count) && name == name.trimmingCharacters(in: .whitespaces)
            && !name.unicodeScalars.contains { $0.properties.generalCategory == .control || $0.properties.generalCategory == .format }
    }
}

/// What is wrong with a users file, and what to do: one sentence.
package struct UsersFileError: Error, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}

extension PasswordHash: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let hash = PasswordHash(text: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no scrypt hash as `firstread user` writes it")
        }
        self = hash
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
