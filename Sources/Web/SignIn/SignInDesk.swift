import Foundation
package import Logging
package import Worklist

/// Lets people in and out, and knows who is in.
///
///     let desk = SignInDesk(try UserBook(path: "users.json", log: log), settings, clock: clock, log: log)
///     await desk.signIn("Dr. Adler", "eleven blue herons", from: "10.0.0.7")
package actor SignInDesk {
    package struct Settings: Sendable {
        package var sessionMinutes = 30.0
        package var sessionHours = 12.0
        package var attempts = 5
        package var attemptMinutes = 15.0

        package init() {}
    }

    /// Somebody who is signed in.
    struct SignedIn: Sendable {
        var person: Person
        var token: SessionToken
        var expiresAt: Timestamp
    }

    enum Answer: Sendable {
        case signedIn(SignedIn)
        /// The name is not known or the password is wrong: nobody outside is told which.
        case refused(known: String?)
        case tooMany(retryAfterSeconds: Int)
    }

    private let book: UserBook
    private var sessions: Sessions
    private var limit: SignInLimit
    private let clock: WallClock
    private let log: Logger
    private var waiting = 0
    /// One hash at a time, on a thread of its own: a crowd at the door must not take the cores from the scoring.
    private let hashing = DispatchQueue(label: "firstread.passwords")
    /// What an unknown name is compared with, so that it takes as long as a known one.
    private let nobody: PasswordHash

    private static let mostWaiting = 32

    package init(_ book: UserBook, _ settings: Settings, clock: @escaping WallClock, log: Logger) throws {
        self.book = book
        self.clock = clock
        self.log = log
        sessions = Sessions(idleSeconds: settings.sessionMinutes * 60, longestSeconds: settings.sessionHours * 3600)
        limit = SignInLimit(attempts: settings.attempts, seconds: settings.attemptMinutes * 60)
        nobody = try PasswordHash(of: SessionToken().text)
    }

    func signIn(_ name: String, _ password: String, from address: String) async -> Answer {
        let begunAt = clock()
        guard waiting < Self.mostWaiting else { return .tooMany(retryAfterSeconds: 5) }
        let user = book[name]
        // What was typed as a name may be a password: an unknown one is not logged.
        let who: Logger.Metadata = ["person.name": user.map { "\($0.name)" } ?? "unknown", "peer.address": "\(address)"]
        if let wait = limit.begin(name: name, address: address, at: begunAt) {
            log.warning("sign-in refused: too many attempts", metadata: who)
            return .tooMany(retryAfterSeconds: Int(wait.rounded(.up)))
        }
        waiting += 1
        let matches = await matches(password, user?.passwordHash ?? nobody)
        waiting -= 1
        guard matches, let user, book[name] == user else {
            log.warning("sign-in refused: name or password is wrong", metadata: who)
            return .refused(known: user?.name)
        }
        limit.succeeded(name: name, address: address, begunAt: begunAt)
        let now = clock()
        let token = sessions.begin(user, at: now)
        log.notice("signed in", metadata: who)
        return signedIn(token, at: now, isDeed: true).map(Answer.signedIn) ?? .refused(known: user.name)
    }

    /// Who a token belongs to; nil where its session has ended, or the person is known no more or has another password.
    func signedIn(_ token: SessionToken, isDeed: Bool) -> SignedIn? { signedIn(token, at: clock(), isDeed: isDeed) }

    private func signedIn(_ token: SessionToken, at now: Timestamp, isDeed: Bool) -> SignedIn? {
        guard let session = sessions.session(of: token, at: now, isDeed: isDeed) else { return nil }
        guard let user = book[session.name], user.passwordHash == session.passwordHash else {
            sessions.end(token)
            log.notice("session ended: the person was removed or has a new password", metadata: ["person.name": "\(session.name)"])
            return nil
        }
        return SignedIn(person: user.person, token: token, expiresAt: sessions.end(of: session))
    }

    /// Who it was; nil where the session had ended already.
    func signOut(_ token: SessionToken, from address: String) -> String? {
        guard let session = sessions.end(token) else { return nil }
        log.notice("signed out", metadata: ["person.name": "\(session.name)", "peer.address": "\(address)"])
        return session.name
    }

    private func matches(_ password: String, _ hash: PasswordHash) async -> Bool {
        await withCheckedContinuation { continuation in
            hashing.async { continuation.resume(returning: hash.matches(password)) }
        }
    }
}
