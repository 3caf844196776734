import Reporting
import Testing

@Test func aDraftIsNeverBornSigned() {
    #expect(DraftState.allCases.first == .drafted)
}
