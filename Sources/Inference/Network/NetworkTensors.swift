/// A tensor that a network needs, in PyTorch's layout.
package struct TensorSpecification: Sendable, Hashable {
    package var name: String
    package var shape: [Int]
}

extension BatchNormalisation {
    package var tensors: [TensorSpecification] {
        ["weight", "bias", "running_mean", "running_var"].map { TensorSpecification(name: "\(name).\($0)", shape: [channels]) }
    }
}

extension ConvolutionStage {
    /// [output channels, input channels / groups, kernel, kernel].
    package var weightsShape: [Int] { [output.channels, isDepthwise ? 1 : input.channels, kernel, kernel] }

    package var tensors: [TensorSpecification] {
        [TensorSpecification(name: weights, shape: weightsShape)] + normalisation.tensors
    }
}

extension DenseLayer {
    package var firstShape: [Int] { [bottleneckChannels, inputChannels, 1, 1] }
    package var secondShape: [Int] { [growth, bottleneckChannels, 3, 3] }
}

extension Transition {
    package var weightsShape: [Int] { [output.channels, input.channels, 1, 1] }
}

extension Network {
    /// Every tensor the network is made of, in the order of its stages.
    package var tensors: [TensorSpecification] {
        stages.flatMap(\.tensors) + [
            TensorSpecification(name: classifier.weights, shape: [classifier.outputs, classifier.inputs]),
            TensorSpecification(name: classifier.bias, shape: [classifier.outputs]),
        ]
    }
}

extension Stage {
    package var tensors: [TensorSpecification] {
        switch self {
        case .convolution(let stage): stage.tensors
        case .maximumPooling: []
        case .denseBlock(let block):
            block.layers.flatMap { layer in
                layer.firstNormalisation.tensors
                    + [TensorSpecification(name: layer.firstWeights, shape: layer.firstShape)]
                    + layer.secondNormalisation.tensors
                    + [TensorSpecification(name: layer.secondWeights, shape: layer.secondShape)]
            }
        case .transition(let transition):
            transition.normalisation.tensors
                + [TensorSpecification(name: transition.weights, shape: transition.weightsShape)]
        case .invertedResidual(let block):
            (block.expansion?.tensors ?? []) + block.depthwise.tensors + block.projection.tensors
        case .normalisation(let normalisation, _): normalisation.tensors
        }
    }
}
