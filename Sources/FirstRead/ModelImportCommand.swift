import ArgumentParser
import Foundation
import Inference

struct ModelImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Makes a model folder of other people's weights.",
        discussion: """
            Takes a DenseNet-121 of the Python package torchxrayvision, as .safetensors, or as the .pt that the package downloads. A
            .pt is read by scripts/torch-to-safetensors, which needs PyTorch and runs nothing that the file contains
            (FIRSTREAD_PYTHON names the python that has it). Labels and operating points are the package's own for the weights named
            by --trained-on, or by the file's name. The folder is not approved: look at it, then `firstread model approve`.

            EXAMPLES:
              firstread model import --torchxrayvision nih-densenet121-d121-tw-lr001-rot45-tr15-sc15-seed0-best.pt
              firstread model import --torchxrayvision mine.safetensors --trained-on nih --to Models/nih --name nih-2026
            """)

    @Option(name: .customLong("torchxrayvision"), help: ArgumentHelp("A checkpoint of torchxrayvision's DenseNet-121: .pt or .safetensors.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("all, nih, pc, chex, rsna, mimic_nb or mimic_ch (default: by the file's name; none: the default labels, no operating points).", valueName: "weights"))
    var trainedOn: String?

    @Option(help: ArgumentHelp("The folder to make (default: Models/NAME).", valueName: "dir"))
    var to: String?

    @Option(help: "The model's name (default: torchxrayvision-WEIGHTS).")
    var name: String?

    @Option(help: ArgumentHelp("The version shown with every figure.", valueName: "text"))
    var modelVersion = "1"

    func validate() throws {
        if let trainedOn, TorchXRayVision.published[trainedOn] == nil {
            throw ValidationError("--trained-on \(trainedOn) is none of \(TorchXRayVision.published.keys.sorted().joined(separator: ", "))")
        }
    }

    func run() async throws {
        let source = URL(fileURLWithPath: file)
        let origin = trainedOn ?? TorchXRayVision.trainedOn(fileName: source.lastPathComponent)
        let name = name ?? "torchxrayvision-\(origin ?? "densenet121")"
        let folder = to ?? "Models/\(name)"
        do {
            var weights = file
            let converted = FileManager.default.temporaryDirectory.appendingPathComponent("firstread-\(UUID().uuidString).safetensors")
            defer { try? FileManager.default.removeItem(at: converted) }
            if source.pathExtension != "safetensors" {
                try Self.convert(file, to: converted.path)
                weights = converted.path
            }
            _ = try ModelFolder.importTorchXRayVision(weights: weights, to: folder, name: name, version: modelVersion, trainedOn: origin)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
        print(ModelCard(folder: folder).text)
    }

    private static func convert(_ file: String, to out: String) throws {
        guard let script = ShippedFolders.script("torch-to-safetensors") else {
            throw Failure("scripts/torch-to-safetensors, which reads \(file), is not near the executable; give a .safetensors file")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [ProcessInfo.processInfo.environment["FIRSTREAD_PYTHON"] ?? "python3", script, file, out]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let last = said.split(separator: "\n").last.map(String.init) ?? "it said nothing"
            throw Failure("\(file) was not converted: \(last)")
        }
    }
}
