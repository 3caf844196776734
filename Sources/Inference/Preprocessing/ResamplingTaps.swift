/// For each output position along one axis: where its window of input starts, and the weights of the window's positions.
///
/// The triangle of a bilinear filter, as wide as the step from one output to the next where the image shrinks (antialiasing),
/// one input pixel wide on each side where it grows. Pillow and PyTorch place it alike: the centre of output i is
/// (i + ½) · input / output, in pixels' edges.
struct ResamplingTaps<Weight: Sendable>: Sendable {
    var starts: [Int]
    var counts: [Int]
    /// `width` weights for each output position; those past its count are not read.
    var weights: [Weight]
    var width: Int
}

/// In the precision of `Real`: Pillow computes the weights in double, PyTorch in the tensor's own precision.
func bilinearTaps<Real: BinaryFloatingPoint & Sendable>(from input: Int, to output: Int, as: Real.Type) -> ResamplingTaps<Real> {
    let scale = Real(input) / Real(output)
    let reach = max(scale, 1)
    let width = Int(reach.rounded(.up)) * 2 + 1
    var taps = ResamplingTaps<Real>(
        starts: [], counts: [], weights: [Real](repeating: 0, count: output * width), width: width)
    for index in 0..<output {
        let centre = scale * (Real(index) + 0.5)
        let start = max(Int(centre - reach + 0.5), 0)
        let end = min(Int(centre + reach + 0.5), input)
        let slope = 1 / reach
        var total: Real = 0
        for position in start..<end {
            let distance = (Real(position) - centre + 0.5) * slope
            let weight = max(1 - distance.magnitude, 0)
            taps.weights[index * width + position - start] = weight
            total += weight
        }
        if total != 0 {
            for position in start..<end { taps.weights[index * width + position - start] /= total }
        }
        taps.starts.append(start)
        taps.counts.append(end - start)
    }
    return taps
}
