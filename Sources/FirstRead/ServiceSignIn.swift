import Board
import Foundation

/// Signs a person in at a service before the board takes the terminal.
struct ServiceSignIn {
    let client: ServiceClient

    private static let tries = 3

    /// Who has signed in; nil where the service asks nobody, or is not there yet.
    func person() throws -> Person? {
        let answer: ServiceClient.Answer
        do {
            answer = try client.get("session")
        } catch {
            // The board waits for a service that is not there; without a name it can but say so.
            return nil
        }
        guard answer.status == 401 else { return nil }
        try refuseOpenWire()
        if let given = environment { return Person(try client.signIn(given), given.name) }
        for attempt in 1...Self.tries {
            let typed = try PasswordPrompt.nameAndPassword()
            let asked = Credentials(name: typed.name, password: typed.password)
            do {
                return Person(try client.signIn(asked), asked.name)
            } catch let failure as Failure where attempt < Self.tries {
                Failure.report(failure.sentence)
            }
        }
        return nil
    }

    private var environment: Credentials? {
        let variables = ProcessInfo.processInfo.environment
        guard let name = variables["FIRSTREAD_NAME"], let password = variables["FIRSTREAD_PASSWORD"], !name.isEmpty else { return nil }
        return Credentials(name: name, password: password)
    }

    /// A password goes over no wire that others can read.
    private func refuseOpenWire() throws {
        guard client.address.scheme?.lowercased() == "http", let host = client.address.host(), !["127.0.0.1", "localhost", "::1", "[::1]"].contains(host) else { return }
        throw Failure("\(client.shownAddress) asks for a password, and http would send it in clear; use its https address, or an ssh tunnel to 127.0.0.1")
    }
}

extension Person {
    init(_ session: ServiceSession, _ name: String) {
        self.init(name: session.name ?? name, roles: Set((session.roles ?? []).compactMap(Role.init(rawValue:))))
    }
}
