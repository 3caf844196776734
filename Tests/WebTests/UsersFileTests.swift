import Foundation
import Testing
import Web

struct UsersFileTests {
    private let folder: URL
    private let path: String
    private let hash: PasswordHash

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "users-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "users.json").path
        hash = try #require(PasswordHash(text: "$scrypt$ln=15,r=8,p=3$AAECAwQFBgcICQoLDA0ODw$MTZom/G5zGpVEEgPRpqg1AbKuQVjtRXDmgig1PYndPQ"))
    }

    private func add(_ name: String, _ roles: [Role] = [.reader]) throws {
        try UsersFile.change(path, making: true) { try $0.add(.init(name: name, roles: roles, passwordHash: hash), in: path) }
    }

    @Test func whatIsWrittenIsReadBack() throws {
        try add("Dr. Adler", [.reader, .lead])
        try add("Jörg Brandt", [.admin])
        let file = try UsersFile(path: path)
        #expect(file.users.map(\.name) == ["Dr. Adler", "Jörg Brandt"])
        #expect(file["Dr. Adler"]?.person == Person(name: "Dr. Adler", roles: [.reader, .lead]))
        #expect(file["Jörg Brandt"]?.passwordHash == hash)
    }

    @Test func onlyTheOwnerMayReadIt() throws {
        try add("Dr. Adler")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try add("Dr. Brandt")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["users.json"])
    }

    @Test func aChangeThatFailsLeavesTheFileAsItWas() throws {
        try add("Dr. Adler")
        let before = try Data(contentsOf: URL(filePath: path))
        #expect(throws: UsersFileError.self) { try add("Dr. Adler") }
        #expect(throws: UsersFileError.self) { try UsersFile.change(path) { try $0.remove("Dr. Nobody", from: path) } }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test func changesMadeAtOnceAreAllKept() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 { group.addTask { try add("Person \(number)") } }
            try await group.waitForAll()
        }
        #expect(try UsersFile(path: path).users.count == 20)
    }

    @Test(arguments: ["", " Adler", "Adler\n", "Ad\u{202E}ler", String(repeating: "a", count: 65)])
    func whatIsNoNameIsRefused(_ name: String) {
        #expect(throws: UsersFileError.self) { try add(name) }
    }

    @Test(arguments: [
        ("", "no JSON"), ("{}", "users"), ("{\"users\": [{\"name\": \"A\", \"roles\": [\"king\"], \"password_hash\": \"\"}]}", "entry 1"),
        ("{\"users\": [{\"name\": \"A\", \"roles\": [\"reader\"], \"password_hash\": \"secret\"}]}", "scrypt"),
    ])
    func aFileThatIsNoneSaysWhereItIsWrong(_ text: String, _ expected: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        let error = #expect(throws: UsersFileError.self) { try UsersFile(path: path) }
        #expect(error?.description.contains(expected) == true && error?.description.contains(path) == true)
        #expect(error?.description.contains("secret") == false)
    }

    @Test func everyRoleSeesAndOnlyReadersSign() {
        for role in Role.allCases {
            let person = Person(name: "P", roles: [role])
            #expect(person.may(.see) && person.may(.claim))
            #expect(person.may(.sign) == (role == .reader))
            #expect(person.may(.pin) == (role != .reader) && person.may(.acknowledge) == (role != .reader))
            #expect(person.may(.readLog) == (role == .admin))
        }
        #expect(!Person(name: "P", roles: []).may(.see))
    }
}
