import Foundation

/// What came with the product, beside the package that the executable was built in.
enum ShippedFolders {
    /// A file of `scripts/`; nil where the executable was taken elsewhere.
    static func script(_ name: String) -> String? {
        places.map { "\($0)/scripts/\(name)" }.first { FileManager.default.fileExists(atPath: $0) }
    }

    /// The current folder, then those above the executable.
    static var places: [String] {
        var places = [FileManager.default.currentDirectoryPath]
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        if let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { folder = URL(fileURLWithPath: executable) }
        for _ in 0..<6 {
            folder.deleteLastPathComponent()
            places.append(folder.path)
        }
        return places
    }
}

/// The model folders in `Models/`.
enum ShippedModels {
    static func folders() throws -> [String] {
        for place in ShippedFolders.places {
            let models = place + "/Models"
            let found = ((try? FileManager.default.contentsOfDirectory(atPath: models)) ?? [])
                .map { models + "/" + $0 }
                .filter { FileManager.default.fileExists(atPath: $0 + "/model.json") }
            if !found.isEmpty { return found.sorted() }
        }
        throw Failure("no model folder found in Models/ near the executable; name one with --model DIR")
    }
}
