/// The networks this program knows.
package enum Architecture: String, Sendable, Hashable, Codable, CaseIterable {
    /// EfficientNet-Lite0, tensors named as in the PyPI package `efficientnet_lite_pytorch`.
    case efficientNetLite0 = "efficientnet-lite0"
    /// DenseNet-121 as `torchxrayvision.models.DenseNet` defines it.
    case denseNet121 = "densenet121-torchxrayvision"

    package init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        guard let known = Architecture(rawValue: name) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: name))
        }
        self = known
    }
}

/// What a network computes, as a value: its stages in order, with their shapes and the names of their weights.
///
///     let network = Network(.denseNet121, input: Shape(rows: 224, columns: 224, channels: 1), outputs: 18)
///     network.tensors.count   // what a weights file must hold
///
/// It holds no weights and no memory. A `Plan` makes it ready for an engine.
package struct Network: Sendable, Hashable {
    package var architecture: Architecture
    package var input: Shape
    package var stages: [Stage]
    /// Global average over the last stage's pixels, then a matrix: its results are the logits.
    package var classifier: Classifier

    /// - Parameter trained: the input that the weights were trained for, where it is another one than `input`.
    package init(_ architecture: Architecture, input: Shape, trained: Shape? = nil, outputs: Int) {
        switch architecture {
        case .efficientNetLite0: self = .efficientNetLite0(input: input, trained: trained ?? input, outputs: outputs)
        case .denseNet121: self = .denseNet121(input: input, outputs: outputs)
        }
    }

    init(architecture: Architecture, input: Shape, stages: [Stage], classifier: Classifier) {
        self.architecture = architecture
        self.input = input
        self.stages = stages
        self.classifier = classifier
    }

    /// The shape of the last stage's result, from which heat maps are made.
    package var features: Shape { stages.last?.output ?? input }

    /// Rows and columns below which a network of these strides (32 in all) would have nothing left to look at.
    package static let smallestInput = 32
    /// Rows and columns above which an input is surely a mistake in `model.json`.
    package static let largestInput = 2_048
    package static let largestOutputCount = 1_000
    /// At how many sizes a model may look at an image.
    package static let largestSizeCount = 4
}

/// One stage of a network.
package enum Stage: Sendable, Hashable {
    /// Convolution, batch normalisation, activation.
    case convolution(ConvolutionStage)
    case maximumPooling(MaximumPoolingStage)
    case denseBlock(DenseBlock)
    case transition(Transition)
    case invertedResidual(InvertedResidual)
    /// Batch normalisation and ReLU on their own.
    case normalisation(BatchNormalisation, Shape)

    package var output: Shape {
        switch self {
        case .convolution(let stage): stage.output
        case .maximumPooling(let stage): stage.output
        case .denseBlock(let block): block.output
        case .transition(let transition): transition.output
        case .invertedResidual(let block): block.output
        case .normalisation(_, let shape): shape
        }
    }
}

/// y = (x − mean) / √(variance + epsilon) · weight + bias, channel by channel.
///
/// Its tensors are `name.weight`, `name.bias`, `name.running_mean` and `name.running_var`.
package struct BatchNormalisation: Sendable, Hashable {
    package var name: String
    package var channels: Int
    package var epsilon: Float
}

/// A convolution without bias, the batch normalisation after it, and an activation.
package struct ConvolutionStage: Sendable, Hashable {
    /// Name of the weights, of shape [output channels, input channels / groups, kernel, kernel].
    package var weights: String
    package var kernel: Int
    package var stride: Int
    package var padding: Padding
    package var input: Shape
    package var output: Shape
    /// One filter per channel (as many groups as channels).
    package var isDepthwise: Bool
    package var normalisation: BatchNormalisation
    package var activation: Activation
}

package struct MaximumPoolingStage: Sendable, Hashable {
    package var kernel: Int
    package var stride: Int
    package var padding: Padding
    package var input: Shape
    package var output: Shape
}

/// Layers that each see all channels made before them, and add `growth` of their own.
package struct DenseBlock: Sendable, Hashable {
    package var input: Shape
    package var output: Shape
    package var layers: [DenseLayer]
}

/// Normalise, ReLU, 1×1 convolution, normalise, ReLU, 3×3 convolution.
package struct DenseLayer: Sendable, Hashable {
    package var inputChannels: Int
    package var bottleneckChannels: Int
    package var growth: Int
    package var firstNormalisation: BatchNormalisation
    package var firstWeights: String
    package var secondNormalisation: BatchNormalisation
    package var secondWeights: String
}

/// Normalise, ReLU, 1×1 convolution to half the channels, 2×2 average.
package struct Transition: Sendable, Hashable {
    package var input: Shape
    package var output: Shape
    package var normalisation: BatchNormalisation
    package var weights: String
}

/// 1×1 convolution to more channels (absent where the factor is 1), depthwise convolution, 1×1 convolution to fewer.
package struct InvertedResidual: Sendable, Hashable {
    package var expansion: ConvolutionStage?
    package var depthwise: ConvolutionStage
    package var projection: ConvolutionStage
    /// The block's input is added to its output.
    package var addsInput: Bool

    package var input: Shape { expansion?.input ?? depthwise.input }
    package var output: Shape { projection.output }
}

/// y = W · mean(x) + b.
package struct Classifier: Sendable, Hashable {
    /// Shape [outputs, inputs].
    package var weights: String
    /// Shape [outputs].
    package var bias: String
    package var inputs: Int
    package var outputs: Int
}
