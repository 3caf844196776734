/// PyTorch's [output][input][kernel][kernel] as [kernel][kernel][input][output], the rows of a product's right side; each
/// output channel is multiplied by its scale (the batch normalisation that follows).
func productLayout(_ weights: [Float], outputs: Int, inputs: Int, kernel: Int, scale: [Float]?) -> [Float] {
    let taps = kernel * kernel
    var result = [Float](repeating: 0, count: weights.count)
    for output in 0..<outputs {
        let factor = scale?[output] ?? 1
        for input in 0..<inputs {
            for tap in 0..<taps {
                result[(tap * inputs + input) * outputs + output] = weights[(output * inputs + input) * taps + tap] * factor
            }
        }
    }
    return result
}

/// PyTorch's [channel][1][kernel][kernel] as [kernel][kernel][channel], scaled channel by channel.
func depthwiseLayout(_ weights: [Float], channels: Int, kernel: Int, scale: [Float]) -> [Float] {
    let taps = kernel * kernel
    var result = [Float](repeating: 0, count: weights.count)
    for channel in 0..<channels {
        for tap in 0..<taps {
            result[tap * channels + channel] = weights[channel * taps + tap] * scale[channel]
        }
    }
    return result
}

extension SafetensorsFile {
    /// A batch normalisation, folded into a scale and a shift per channel.
    func scaleShift(_ normalisation: BatchNormalisation) throws -> ScaleShift {
        let shape = [normalisation.channels]
        let variance = try floats("\(normalisation.name).running_var", shape: shape)
        if let index = variance.firstIndex(where: { $0 < 0 }) {
            throw InferenceError(
                .invalidWeights, "element \(index) is \(variance[index]), and a variance can't be negative",
                at: "\(path), tensor \(normalisation.name).running_var", remedy: "the file was changed: take another model")
        }
        return ScaleShift(
            weight: try floats("\(normalisation.name).weight", shape: shape),
            bias: try floats("\(normalisation.name).bias", shape: shape),
            mean: try floats("\(normalisation.name).running_mean", shape: shape),
            variance: variance, epsilon: normalisation.epsilon)
    }
}
