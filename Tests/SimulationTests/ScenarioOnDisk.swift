import Foundation
import Simulation
import Worklist

/// A scenario that ships with the product.
func shippedScenario(_ name: String) throws -> Scenario {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/scenarios")
    let file = folder.appendingPathComponent(name + ".json")
    return try Scenario(json: Data(contentsOf: file), from: name, under: .shipped()) { try Data(contentsOf: folder.appendingPathComponent($0)) }
}

/// A scenario from JSON in a test.
func scenario(_ json: String) throws -> Scenario {
    try Scenario(json: Data(json.utf8), from: "scenario.json", under: .shipped()) { throw CocoaError(.fileReadNoSuchFile, userInfo: [NSFilePathErrorKey: $0]) }
}
