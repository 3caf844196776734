import Testing
import Web

@Suite struct RightTests {
    @Test(
        arguments: zip(
            Role.allCases,
            [[.see, .claim, .sign], [.see, .claim, .pin, .acknowledge], [.see, .claim, .pin, .acknowledge, .readLog]] as [Set<Right>]))
    func aRoleMayDoThisAndNothingElse(role: Role, rights: Set<Right>) {
        let person = Person(name: "A", roles: [role])
        #expect(Set(Right.allCases.filter(person.may)) == rights)
    }

    @Test func twoRolesAddUp() {
        #expect(Person(name: "A", roles: [.reader, .lead]).may(.sign) && Person(name: "A", roles: [.reader, .lead]).may(.pin))
        #expect(!Person(name: "A", roles: []).may(.see))
    }
}
