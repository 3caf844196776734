import Testing
import Web

struct PasswordHashTests {
    // Hashes by Python's hashlib.scrypt (OpenSSL).
    private static let herons = "$scrypt$ln=15,r=8,p=3$AAECAwQFBgcICQoLDA0ODw$MTZom/G5zGpVEEgPRpqg1AbKuQVjtRXDmgig1PYndPQ"
    private static let vögel = "$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$GTNyNIrNRhPchxVIemk6pfYhA4fRhclFkigAcsTyHfk"

    @Test func anotherImplementationsHashMatches() throws {
        let hash = try #require(PasswordHash(text: Self.herons))
        #expect(hash.matches("eleven blue herons"))
        #expect(!hash.matches("eleven blue heron"))
        #expect(!hash.matches(""))
        #expect(hash.text == Self.herons)
    }

    @Test func anUmlautIsTheSameHoweverItIsTyped() throws {
        let hash = try #require(PasswordHash(text: Self.vögel))
        #expect(hash.matches("elf blaue V\u{F6}gel am See"))
        #expect(hash.matches("elf blaue Vo\u{308}gel am See"))
    }

    @Test func twoHashesOfOnePasswordDiffer() throws {
        let (one, other) = (try PasswordHash(of: "eleven blue herons"), try PasswordHash(of: "eleven blue herons"))
        #expect(one != other)
        #expect(one.matches("eleven blue herons") && other.matches("eleven blue herons"))
        #expect(PasswordHash(text: one.text) == one)
    }

    @Test(arguments: [
        "", "secret", "$2b$12$abcdefghijklmnopqrstuv", "$scrypt$ln=15,r=8,p=3$$", "$scrypt$ln=15,r=8$AAECAwQFBgcICQoLDA0ODw$MTZom/G5zGpVEEgPRpqg1AbKuQVjtRXDmgig1PYndPQ",
        "$scrypt$ln=4,r=8,p=3$AAECAwQFBgcICQoLDA0ODw$MTZom/G5zGpVEEgPRpqg1AbKuQVjtRXDmgig1PYndPQ",
        "$scrypt$ln=30,r=8,p=3$AAECAwQFBgcICQoLDA0ODw$MTZom/G5zGpVEEgPRpqg1AbKuQVjtRXDmgig1PYndPQ",
        "$scrypt$ln=15,r=8,p=3$AAEC$MTZom/G5zGpVEEgPRpqg1AbKuQVjtRXDmgig1PYndPQ", "$scrypt$ln=15,r=8,p=3$AAECAwQFBgcICQoLDA0ODw$MTZo",
    ])
    func whatIsNoHashOfOursIsRefused(_ text: String) {
        #expect(PasswordHash(text: text) == nil)
    }
}
