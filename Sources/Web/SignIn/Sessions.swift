import Crypto
import Foundation
package import Worklist

/// A secret that a browser keeps in its cookie: 256 random bits. The service keeps its SHA-256 alone.
package struct SessionToken: Sendable {
    package let text: String

    private static let bytes = 32

    package init() { text = SymmetricKey(size: .bits256).withUnsafeBytes { Self.coded($0) } }

    package init?(text: String) {
        guard text.utf8.count == (Self.bytes * 4 + 2) / 3 else { return nil }
        self.text = text
    }

    var digest: SHA256Digest { SHA256.hash(data: Data(text.utf8)) }

    /// What every unsafe request repeats in a header, which another site's page can't know: made of the token, so nothing of it is kept.
    package var csrf: String { HMAC<SHA256>.authenticationCode(for: Data("csrf".utf8), using: key).withUnsafeBytes { Self.coded($0) } }

    /// In constant time.
    package func isCSRF(_ text: String) -> Bool { SymmetricKey(data: Data(text.utf8)) == SymmetricKey(data: Data(csrf.utf8)) }

    private var key: SymmetricKey { SymmetricKey(data: Data(text.utf8)) }

    private static func coded(_ bytes: UnsafeRawBufferPointer) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// Who is signed in. In memory alone: after a restart everybody signs in again.
package struct Sessions {
    package struct Session: Sendable {
        package var name: String
        /// The one it was begun with: a new password ends it.
        package var passwordHash: PasswordHash
        package var begunAt: Timestamp
        package var seenAt: Timestamp
    }

    /// Without a deed for so long it ends.
    package let idleSeconds: Double
    /// So long after its begin it ends in any case.
    package let longestSeconds: Double
    private var sessions: [SHA256Digest: Session] = [:]

    /// Of one person; the oldest ends when another begins.
    private static let mostOfOnePerson = 16

    package init(idleSeconds: Double, longestSeconds: Double) {
        self.idleSeconds = idleSeconds
        self.longestSeconds = longestSeconds
    }

    package mutating func begin(_ user: UsersFile.User, at now: Timestamp) -> SessionToken {
        sessions = sessions.filter { now < end(of: $1) }
        let own = sessions.filter { $1.name == user.name }.sorted { $0.value.seenAt < $1.value.seenAt }
        for (digest, _) in own.dropLast(Self.mostOfOnePerson - 1) { sessions[digest] = nil }
        let token = SessionToken()
        sessions[token.digest] = Session(name: user.name, passwordHash: user.passwordHash, begunAt: now, seenAt: now)
        return token
    }

    /// The session of a token, if it still runs. What a page does of its own accord does not lengthen it.
    package mutating func session(of token: SessionToken, at now: Timestamp, isDeed: Bool) -> Session? {
        let digest = token.digest
        guard var session = sessions[digest] else { return nil }
        guard now < end(of: session) else {
            sessions[digest] = nil
            return nil
        }
        if isDeed {
            session.seenAt = now
            sessions[digest] = session
        }
        return session
    }

    @discardableResult
    package mutating func end(_ token: SessionToken) -> Session? { sessions.removeValue(forKey: token.digest) }

    package func end(of session: Session) -> Timestamp {
        min(session.seenAt.advanced(bySeconds: idleSeconds), session.begunAt.advanced(bySeconds: longestSeconds))
    }
}
