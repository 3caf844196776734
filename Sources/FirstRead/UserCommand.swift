import ArgumentParser
import Foundation
import Web

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Keeps the file of people who may sign in; works while the service runs.",
        discussion: """
            Roles: reader (sees, claims, signs), lead (sees, claims, pins, acknowledges alarms, releases anyone's claim),
            admin (what a lead may, and the log of who saw what). A person may have several.
            The password is asked for on the terminal, or read from standard input with --password-stdin.

            EXAMPLES:
              firstread user add "Dr. Adler" --role reader --users users.json
              firstread user password "Dr. Adler" --users users.json
              firstread user list --users users.json
              firstread user remove "Dr. Adler" --users users.json
            """,
        subcommands: [AddUser.self, ListUsers.self, RemoveUser.self, SetPassword.self])
}

struct UsersOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The file, as `serve --users` names it.", valueName: "file"))
    var users: String

    func change(making isMade: Bool = false, _ change: (inout UsersFile) throws -> Void) throws {
        do {
            try UsersFile.change(users, making: isMade, change)
        } catch {
            throw Failure(error)
        }
    }
}

struct PasswordOptions: ParsableArguments {
    @Flag(help: "Read the password from standard input: its first line.")
    var passwordStdin = false

    func hash() throws -> PasswordHash {
        let password = try passwordStdin ? PasswordPrompt.firstLine() : PasswordPrompt.asked()
        guard password.count >= PasswordHash.leastCharacters, password.utf8.count <= PasswordHash.mostBytes else {
            throw Failure("a password has at least \(PasswordHash.leastCharacters) characters and at most \(PasswordHash.mostBytes) bytes; choose another")
        }
        return try PasswordHash(of: password)
    }
}

struct AddUser: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Adds a person; makes the file where there is none.")

    @Argument(help: "The name to sign in with; it stands under what the person signs.")
    var name: String

    @Option(help: "\(Role.allCases.map(\.rawValue).joined(separator: ", ")); repeatable.")
    var role: [Role]

    @OptionGroup var file: UsersOptions
    @OptionGroup var password: PasswordOptions

    func run() throws {
        let hash = try password.hash()
        let roles = Role.allCases.filter(role.contains)
        try file.change(making: true) { try $0.add(.init(name: name, roles: roles, passwordHash: hash), in: file.users) }
        print("\(name) may sign in: \(roles.map(\.rawValue).joined(separator: ", "))")
    }
}

struct ListUsers: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Who may sign in, and with which roles.")

    @OptionGroup var file: UsersOptions

    func run() throws {
        do {
            for user in try UsersFile(path: file.users).users { print("\(user.name)\t\(user.roles.map(\.rawValue).joined(separator: ", "))") }
        } catch {
            throw Failure(error)
        }
    }
}

struct RemoveUser: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Removes a person; their sessions end at once.")

    @Argument(help: "The name, as the list shows it.")
    var name: String

    @OptionGroup var file: UsersOptions

    func run() throws {
        try file.change { try $0.remove(name, from: file.users) }
        print("\(name) may sign in no more")
    }
}

struct SetPassword: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "password", abstract: "Sets another password; the person's sessions end at once.")

    @Argument(help: "The name, as the list shows it.")
    var name: String

    @OptionGroup var file: UsersOptions
    @OptionGroup var password: PasswordOptions

    func run() throws {
        let hash = try password.hash()
        try file.change { try $0.setPassword(of: name, to: hash, in: file.users) }
        print("\(name) has a new password")
    }
}

extension Role: ExpressibleByArgument {}
