import Testing
import Web

@Suite struct RightTests {
    @Test(arguments: [
        (Role.reader, [.see, .claim, .sign] as Set<Right>), (.lead, [.see, .claim, .pin, .acknowledge]), (.admin, [.see, .claim, .pin, .acknowledge, .readLog]),
    ])
    func aRoleMayDoThisAndNothingElse(role: Role, rights: Set<Right>) {
        let person = Person(name: "A", roles: [role])
        #expect(Set(Right.allCases.filter(person.may)) == rights)
    }

    @Test func twoRolesAddUp() {
        #expect(Person(name: "A", roles: [.reader, .lead]).may(.sign) && Person(name: "A", roles: [.reader, .lead]).may(.pin))
        #expect(!Person(name: "A", roles: []).may(.see))
    }
}
