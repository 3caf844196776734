extension Network {
    /// DenseNet-121 (Huang et al. 2017) as `torchxrayvision.models.DenseNet` defines it.
    ///
    /// The logits are what its `classifier` gives: no sigmoid, and no `op_threshs` (torchxrayvision's published weights bend
    /// the probabilities so that each label's operating point falls on 0.5; here that is a `Calibration.operatingPoint`).
    static func denseNet121(input: Shape, outputs: Int) -> Network {
        let epsilon: Float = 1e-5
        let growth = 32
        let bottleneck = 4 * growth
        func normalisation(_ name: String, _ channels: Int) -> BatchNormalisation {
            BatchNormalisation(name: "features.\(name)", channels: channels, epsilon: epsilon)
        }

        let stem = ConvolutionStage(
            weights: "features.conv0.weight", kernel: 7, stride: 2, padding: Padding(3), input: input,
            output: input.windowed(kernel: 7, stride: 2, padding: Padding(3), channels: 64), isDepthwise: false,
            normalisation: normalisation("norm0", 64), activation: .relu)
        let pool = MaximumPoolingStage(
            kernel: 3, stride: 2, padding: Padding(1), input: stem.output,
            output: stem.output.windowed(kernel: 3, stride: 2, padding: Padding(1), channels: 64))
        var stages: [Stage] = [.convolution(stem), .maximumPooling(pool)]

        var shape = pool.output
        let layersOfBlock = [6, 12, 24, 16]
        for (index, layers) in layersOfBlock.enumerated() {
            let block = (0..<layers).map { layer in
                let channels = shape.channels + layer * growth
                let name = "denseblock\(index + 1).denselayer\(layer + 1)"
                return DenseLayer(
                    inputChannels: channels, bottleneckChannels: bottleneck, growth: growth,
                    firstNormalisation: normalisation("\(name).norm1", channels),
                    firstWeights: "features.\(name).conv1.weight",
                    secondNormalisation: normalisation("\(name).norm2", bottleneck),
                    secondWeights: "features.\(name).conv2.weight")
            }
            let output = Shape(rows: shape.rows, columns: shape.columns, channels: shape.channels + layers * growth)
            stages.append(.denseBlock(DenseBlock(input: shape, output: output, layers: block)))
            shape = output
            if index < layersOfBlock.count - 1 {
                let halved = Shape(rows: shape.rows / 2, columns: shape.columns / 2, channels: shape.channels / 2)
                stages.append(
                    .transition(
                        Transition(
                            input: shape, output: halved,
                            normalisation: normalisation("transition\(index + 1).norm", shape.channels),
                            weights: "features.transition\(index + 1).conv.weight")))
                shape = halved
            }
        }
        stages.append(.normalisation(normalisation("norm5", shape.channels), shape))
        return Network(
            architecture: .denseNet121, input: input, stages: stages,
            classifier: Classifier(
                weights: "classifier.weight", bias: "classifier.bias", inputs: shape.channels, outputs: outputs))
    }
}
