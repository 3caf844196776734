/// Where the time of a forward pass goes, layer by layer.
package struct Profile: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// `1×1`, `3×3`, `7×7`, `depthwise 5×5`, `pooling`, `normalisation`, `classifier`; with the output's rows, where there are any.
        package var kind: String
        package var milliseconds: Double
        /// Multiplications and additions of the layer's definition, whatever way it is computed.
        package var operations: Int
    }

    /// In the order in which the kinds first appear.
    package var entries: [Entry] = []

    mutating func add(_ kind: String, _ milliseconds: Double, _ operations: Int) {
        if let index = entries.firstIndex(where: { $0.kind == kind }) {
            entries[index].milliseconds += milliseconds
            entries[index].operations += operations
        } else {
            entries.append(Entry(kind: kind, milliseconds: milliseconds, operations: operations))
        }
    }
}

extension Layer {
    /// The layer's kind and how many rows it writes.
    var profiledKind: String { output.shape.rows > 1 ? "\(kind) at \(output.shape.rows)" : kind }
}

extension ForwardPass {
    /// Times each layer by itself, on one thread; `input` as for `logits`. Each layer's best of `rounds`.
    package func profile(_ input: [Float], rounds: Int = 20, clock: some Clock<Duration> = ContinuousClock()) throws -> Profile {
        _ = try logits(input)
        var best = [Double](repeating: .infinity, count: plan.layers.count)
        for _ in 0..<rounds {
            for (index, time) in timedLayers(clock).enumerated() { best[index] = min(best[index], time) }
        }
        var profile = Profile()
        for (layer, time) in zip(plan.layers, best) { profile.add(layer.profiledKind, time, layer.operations) }
        return profile
    }
}
