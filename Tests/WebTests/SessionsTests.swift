import Testing
import Web
import Worklist

struct SessionsTests {
    private let user: UsersFile.User
    private let start = Timestamp(microseconds: 1_800_000_000_000_000)

    init() throws {
        let hash = try #require(PasswordHash(text: "$scrypt$ln=15,r=8,p=3$AAECAwQFBgcICQoLDA0ODw$MTZom/G5zGpVEEgPRpqg1AbKuQVjtRXDmgig1PYndPQ"))
        user = UsersFile.User(name: "Dr. Adler", roles: [.reader], passwordHash: hash)
    }

    private func moment(_ minutes: Double) -> Timestamp { start.advanced(bySeconds: minutes * 60) }

    @Test func aSessionEndsWhenNothingIsDone() {
        var sessions = Sessions(idleSeconds: 1800, longestSeconds: 43_200)
        let token = sessions.begin(user, at: start)
        #expect(sessions.session(of: token, at: moment(29), isDeed: true)?.name == "Dr. Adler")
        #expect(sessions.session(of: token, at: moment(58), isDeed: true) != nil)
        #expect(sessions.session(of: token, at: moment(88), isDeed: true) == nil)
    }

    @Test func whatThePageDoesByItselfIsNoDeed() {
        var sessions = Sessions(idleSeconds: 1800, longestSeconds: 43_200)
        let token = sessions.begin(user, at: start)
        for minute in 1..<30 { #expect(sessions.session(of: token, at: moment(Double(minute)), isDeed: false) != nil) }
        #expect(sessions.session(of: token, at: moment(30), isDeed: false) == nil)
    }

    @Test func aSessionEndsAfterTwelveHoursHoweverBusy() {
        var sessions = Sessions(idleSeconds: 1800, longestSeconds: 43_200)
        let token = sessions.begin(user, at: start)
        for minute in stride(from: 20.0, to: 720, by: 20) { #expect(sessions.session(of: token, at: moment(minute), isDeed: true) != nil) }
        #expect(sessions.session(of: token, at: moment(720), isDeed: true) == nil)
    }

    @Test func aSessionThatWasEndedIsGone() {
        var sessions = Sessions(idleSeconds: 1800, longestSeconds: 43_200)
        let token = sessions.begin(user, at: start)
        #expect(sessions.end(token)?.name == "Dr. Adler")
        #expect(sessions.session(of: token, at: start, isDeed: true) == nil)
        #expect(sessions.session(of: SessionToken(), at: start, isDeed: true) == nil)
    }

    @Test func theSeventeenthSessionOfAPersonEndsTheOneLongestQuiet() {
        var sessions = Sessions(idleSeconds: 1800, longestSeconds: 43_200)
        let tokens = (0..<17).map { sessions.begin(user, at: moment(Double($0))) }
        #expect(sessions.session(of: tokens[0], at: moment(17), isDeed: false) == nil)
        #expect(tokens.dropFirst().allSatisfy { sessions.session(of: $0, at: moment(17), isDeed: false) != nil })
    }

    @Test func tokensAre256BitsAndTheirCSRFTokensFitThemAlone() {
        let (one, other) = (SessionToken(), SessionToken())
        #expect(one.text.count == 43 && one.text != other.text)
        #expect(one.isCSRF(one.csrf) && !one.isCSRF(other.csrf) && !one.isCSRF("") && !one.csrf.contains(one.text))
        #expect(SessionToken(text: one.text)?.csrf == one.csrf)
        #expect(SessionToken(text: "short") == nil)
    }
}
