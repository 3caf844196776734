#if canImport(Glibc)
    import Glibc
#endif

/// The standard normal distribution.
enum Normal {
    static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

    /// By bisection: used at the start of a run only.
    static func quantile(_ probability: Double) -> Double {
        Bisection.solve(from: -40, to: 40) { cumulative($0) >= probability }
    }
}

/// Student's t distribution, for the confidence intervals over replications.
enum StudentT {
    /// The half-width, in standard errors, of a two-sided interval of this confidence.
    package static func halfWidth(confidence: Double, degreesOfFreedom: Int) -> Double {
        Bisection.solve(from: 0, to: 1e6) { t in
            let n = Double(degreesOfFreedom)
            // P(|T| > t) is the incomplete beta function at n / (n + t²).
            return regularisedBeta(n / (n + t * t), n / 2, 0.5) <= 1 - confidence
        }
    }

    /// I_x(a, b) by its continued fraction (Abramowitz and Stegun 26.5.8), evaluated by Lentz's method.
    private static func regularisedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        if x > (a + 1) / (a + b + 2) { return 1 - regularisedBeta(1 - x, b, a) }
        let logBeta: Double = lgamma(a).0 + lgamma(b).0 - lgamma(a + b).0
        let power: Double = a * log(x) + b * log(1 - x)
        let front: Double = exp(power - logBeta) / a
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        d = 1 / (abs(d) < tiny ? tiny : d)
        var fraction = d
        for step in 1...400 {
            let m = Double(step)
            let a2m = a + 2 * m
            let even: Double = m * (b - m) * x / ((a2m - 1) * a2m)
            let odd: Double = -(a + m) * (a + b + m) * x / (a2m * (a2m + 1))
            for numerator in [even, odd] {
                d = 1 + numerator * d
                d = 1 / (abs(d) < tiny ? tiny : d)
                c = 1 + numerator / c
                if abs(c) < tiny { c = tiny }
                fraction *= c * d
            }
            if abs(c * d - 1) < 1e-15 { break }
        }
        return front * fraction
    }
}

enum Bisection {
    /// The smallest number in the interval for which `holds`, which must hold from some point on.
    static func solve(from low: Double, to high: Double, _ holds: (Double) -> Bool) -> Double {
        var low = low, high = high
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
