/// Where the time of a forward pass goes, layer by layer.
package struct Profile: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// `1×1`, `inverted residual 3×3`, `3×3`, `7×7`, `depthwise 5×5`, `pooling`, `normalisation`, `classifier`; with the output's rows, where there are any.
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
    /// Times each layer by itself, on one thread; `inputs` as for `logits`. Each layer's best of `rounds`.
    package func profile(_ inputs: [[Float]], rounds: Int = 20, clock: some Clock<Duration> = ContinuousClock()) throws -> Profile {
        _ = try logits(inputs)
        var best = timedLayers(clock)
        for _ in 1..<rounds {
            for (index, timed) in timedLayers(clock).enumerated() { best[index].milliseconds = min(best[index].milliseconds, timed.milliseconds) }
        }
        var profile = Profile()
        for (layer, time) in best { profile.add(layer.profiledKind, time, layer.operations) }
        return profile
    }
}
