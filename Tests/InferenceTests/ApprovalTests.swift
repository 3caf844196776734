import Foundation
import Inference
import Testing

@Suite struct ApprovalTests {
    @Test(arguments: ["2026-11-26", "2024-02-29", "0001-01-01", "2000-02-29"])
    func aDayIsReadAsItWasWritten(text: String) {
        #expect(CalendarDay(text)?.description == text)
    }

    @Test(arguments: ["", "2026-11-31", "2025-02-29", "1900-02-29", "26-11-2026", "2026-1-1", "2026-13-01", "2026-11-26T00:00", "２026-11-26", "-026-11-26"])
    func whatIsNoDayIsNone(text: String) {
        #expect(CalendarDay(text) == nil)
    }

    private func model(_ name: String, approvedOn day: String?) throws -> Model {
        let size = 32
        let network = Network(.efficientNetLite0, input: Shape(rows: size, columns: size, channels: 1), outputs: 1)
        let reference = ReferenceInput(seed: 5, low: -2, high: 2)
        let folder = try ModelFolderOnDisk()
        try folder.write("weights.safetensors", safetensors(seededTensors(network)))
        let plan = try Plan(network, weights: SafetensorsFile(path: "\(folder.path)/weights.safetensors"))
        let logits = try ForwardPass([plan]).logits([reference.values(count: network.input.count)])
        try folder.write(.efficientNetLite0, tensors: seededTensors(network), outputs: 1, size: size, reference: reference, logits: logits) {
            $0["name"] = name
            if let day { $0["approved"] = ["by": "Dr. Test", "on": day] }
        }
        return try ModelFolder.load(folder.path)
    }

    @Test func theModelApprovedLastIsAskedFirst() throws {
        let models = [
            try model("nobody's", approvedOn: nil), try model("old", approvedOn: "2025-12-31"), try model("new", approvedOn: "2026-11-26"),
            try model("as new", approvedOn: "2026-11-26"),
        ]
        #expect(models.newestApprovedFirst.map(\.description.name) == ["new", "as new", "old", "nobody's"])
    }
}
