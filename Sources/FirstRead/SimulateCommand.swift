import ArgumentParser
import Foundation
import Pictures
import Simulation
import Worklist

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Simulates a reading room's queue under the policies of the list: what they save, and whom they make wait.",
        discussion: """
            Scenario files with their keys and units: docs/scenarios. The policies are those that the service runs, and each is
            given the same patients.

            EXAMPLES:
              firstread simulate --scenario docs/scenarios/eight-findings.json
              firstread simulate --scenario docs/scenarios/eight-findings.json --policy fifo,delay-cost --plot waits.png
              firstread simulate --scenario docs/scenarios/no-skill.json --policy class --json
            """)

    @Option(help: ArgumentHelp("The scenario file.", valueName: "file"))
    var scenario: String

    @Option(
        help: ArgumentHelp(
            "A policy, or several with commas between, instead of the scenario's: \(PolicyName.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "policy"))
    var policy: [PolicyList] = []

    @Option(help: ArgumentHelp("The policy file with the costs of delay (default: the shipped one).", valueName: "file"))
    var policyFile: String?

    @Flag(help: "Print JSON: an object, or an array where there are several policies.")
    var json = false

    @Option(help: ArgumentHelp("Draw the waits into a PNG file.", valueName: "file.png"))
    var plot: String?

    struct PolicyList: ExpressibleByArgument {
        var names: [PolicyName]

        init?(argument: String) {
            let names = argument.split(separator: ",").map { PolicyName(rawValue: String($0)) }
            guard !names.isEmpty, names.allSatisfy({ $0 != nil }) else { return nil }
            self.names = names.compactMap(\.self)
        }
    }

    func run() async throws {
        let department = try PolicyOptions.load(policyFile)
        let scenario = try load(department)
        let chosen = policy.flatMap(\.names)
        let outcomes = (chosen.isEmpty ? scenario.policies : chosen).map { scenario.simulate($0, under: department) }
        let picture = WaitPlot(outcomes)
        if let plot {
            do {
                try Data(picture.canvas().png()).write(to: URL(fileURLWithPath: plot), options: .atomic)
            } catch {
                throw Failure("the plot \(plot) cannot be written: \(error.localizedDescription); check --plot")
            }
        }
        if json {
            print(try outcomes.count == 1 ? JSONOutput.text(outcomes[0]) : JSONOutput.text(outcomes))
        } else {
            for outcome in outcomes { print(OutcomeTable.text(outcome), terminator: "\n\n") }
            print(picture.text())
        }
    }

    private func load(_ department: WorklistPolicy) throws -> Scenario {
        guard let data = FileManager.default.contents(atPath: scenario) else {
            throw Failure("the scenario file \(scenario) cannot be read; check --scenario")
        }
        let folder = URL(fileURLWithPath: scenario).deletingLastPathComponent()
        do {
            return try Scenario(json: data, from: scenario, under: department) { name in
                let file = folder.appendingPathComponent(name)
                guard let data = FileManager.default.contents(atPath: file.path) else {
                    throw Failure("the file \(file.path), which the scenario names, cannot be read")
                }
                return data
            }
        } catch {
            throw Failure(error)
        }
    }
}
