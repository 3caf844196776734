extension Network {
    /// EfficientNet-Lite0 as the PyPI package `efficientnet_lite_pytorch` 0.1.0 defines it: EfficientNet-B0 without
    /// squeeze-and-excitation, with ReLU6, TensorFlow's SAME padding, and a stem and head of fixed width.
    ///
    /// The padding is that of `trained`, as the package's: it belongs to the weights, whatever the size of an image.
    static func efficientNetLite0(input: Shape, trained: Shape, outputs: Int) -> Network {
        let stem = lite0Convolution(
            "_conv_stem", "_bn0", input: Sizes(here: input, trained: trained), channels: 32, kernel: 3, stride: 2, activation: .relu6)
        var stages: [Stage] = [.convolution(stem.stage)]
        var sizes = stem.output
        var number = 0
        for row in lite0Blocks {
            for repetition in 0..<row.repeats {
                let stride = repetition == 0 ? row.stride : 1
                let block = lite0Block(number, input: sizes, row: row, stride: stride)
                stages.append(.invertedResidual(block.stage))
                sizes = block.output
                number += 1
            }
        }
        let head = lite0Convolution("_conv_head", "_bn1", input: sizes, channels: 1280, activation: .relu6)
        stages.append(.convolution(head.stage))
        return Network(
            architecture: .efficientNetLite0, input: input, stages: stages,
            classifier: Classifier(weights: "_fc.weight", bias: "_fc.bias", inputs: 1280, outputs: outputs))
    }
}

/// A tensor's shape, and what it was when the weights were trained.
private struct Sizes {
    var here: Shape
    var trained: Shape
}

private struct BlockRow {
    var repeats: Int
    var kernel: Int
    var stride: Int
    var expansion: Int
    var channels: Int
}

/// Tan and Le 2019, table 1, stages 2 to 8.
private let lite0Blocks = [
    BlockRow(repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 16),
    BlockRow(repeats: 2, kernel: 3, stride: 2, expansion: 6, channels: 24),
    BlockRow(repeats: 2, kernel: 5, stride: 2, expansion: 6, channels: 40),
    BlockRow(repeats: 3, kernel: 3, stride: 2, expansion: 6, channels: 80),
    BlockRow(repeats: 3, kernel: 5, stride: 1, expansion: 6, channels: 112),
    BlockRow(repeats: 4, kernel: 5, stride: 2, expansion: 6, channels: 192),
    BlockRow(repeats: 1, kernel: 3, stride: 1, expansion: 6, channels: 320),
]

private func lite0Convolution(
    _ name: String, _ normalisation: String, input: Sizes, channels: Int, kernel: Int = 1, stride: Int = 1,
    isDepthwise: Bool = false, activation: Activation
) -> (stage: ConvolutionStage, output: Sizes) {
    let padding = Padding.same(rows: input.trained.rows, columns: input.trained.columns, kernel: kernel, stride: stride)
    func output(_ shape: Shape) -> Shape { shape.windowed(kernel: kernel, stride: stride, padding: padding, channels: channels) }
    let stage = ConvolutionStage(
        weights: "\(name).weight", kernel: kernel, stride: stride, padding: padding, input: input.here, output: output(input.here),
        isDepthwise: isDepthwise,
        normalisation: BatchNormalisation(name: normalisation, channels: channels, epsilon: 1e-3),
        activation: activation)
    return (stage, Sizes(here: stage.output, trained: output(input.trained)))
}

private func lite0Block(_ number: Int, input: Sizes, row: BlockRow, stride: Int) -> (stage: InvertedResidual, output: Sizes) {
    let name = "_blocks.\(number)"
    let expanded = input.here.channels * row.expansion
    let expansion =
        row.expansion == 1
        ? nil
        : lite0Convolution(
            "\(name)._expand_conv", "\(name)._bn0", input: input, channels: expanded, activation: .relu6)
    let depthwise = lite0Convolution(
        "\(name)._depthwise_conv", "\(name)._bn1", input: expansion?.output ?? input, channels: expanded,
        kernel: row.kernel, stride: stride, isDepthwise: true, activation: .relu6)
    let projection = lite0Convolution(
        "\(name)._project_conv", "\(name)._bn2", input: depthwise.output, channels: row.channels, activation: .identity)
    let stage = InvertedResidual(
        expansion: expansion?.stage, depthwise: depthwise.stage, projection: projection.stage,
        addsInput: stride == 1 && input.here.channels == row.channels)
    return (stage, projection.output)
}
