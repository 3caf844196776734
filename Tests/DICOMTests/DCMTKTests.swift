import DICOM
import Foundation
import Testing

@Suite struct DCMTKTests {
    /// Unset, DCMTK waits some 45 ms for each C-STORE.
    @Test func startingTurnsNaglesAlgorithmOff() throws {
        try DCMTK.start(log: quiet)
        #expect(getenv("TCP_NODELAY").map { String(cString: $0) } == "1")
        try DCMTK.start(log: quiet)
    }

    @Test(arguments: [
        ("dcmtk.dcmdata", "Invalid value 'Doe^Jane' in (0010,0010)", "Invalid value … in (0010,0010)"),
        ("dcmtk.dcmdata", "Cannot read \"Doe^Jane", "Cannot read …"),
        ("dcmtk.dcmnet", "Peer 'CT1' aborted", "Peer 'CT1' aborted"),
        ("dcmtk.dcmnet", "two\nlines\u{1B}[0m", "two?lines?[0m"),
    ])
    func patientsValuesStayOutOfTheLog(_ module: String, _ message: String, _ logged: String) {
        #expect(DCMTK.withoutValues(message, module: module) == logged)
    }

    @Test func aStatusReadsAsTheStandardWritesIt() {
        #expect("\(DIMSEStatus.outOfResources)" == "0xA700")
        #expect("\(DIMSEStatus.success)" == "0x0000")
    }
}
