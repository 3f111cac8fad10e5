/// Compares a step's backward function with differences of its forward function, in double
/// precision.
package struct GradientCheck {
  /// Central differences have an error proportional to the square of the step and a rounding error
  /// divided by it; at this step both are about equal, and well below the tolerance for functions
  /// of moderate curvature.
  static let step = 6e-6
  /// Relative to the largest of the gradient's entries and 1.
  package static let tolerance = 1e-7

  /// The derivative of `function` with respect to each entry of `inputs`.
  package static func differences(_ inputs: [Double], _ function: ([Double]) -> Double) -> [Double]
  {
    inputs.indices.map { index in
      let step = step * max(1, abs(inputs[index]))
      var (above, below) = (inputs, inputs)
      above[index] += step
      below[index] -= step
      // Divide by the step after rounding.
      return (function(above) - function(below)) / (above[index] - below[index])
    }
  }

  /// The largest error of `backward`, relative to the largest entry of the gradient and 1, for the
  /// loss Σ weights · `forward(inputs)`.
  ///
  /// - Parameters:
  ///   - backward: Returns the gradient of the inputs from the inputs and the outputs' gradients.
  package static func worstError(
    inputs: [Double], weights: [Double], forward: ([Double]) -> [Double],
    backward: ([Double], [Double]) -> [Double]
  ) -> Double {
    precondition(forward(inputs).count == weights.count, "each output has a weight")
    let expected = differences(inputs) { zip(forward($0), weights).reduce(0) { $0 + $1.0 * $1.1 } }
    let found = backward(inputs, weights)
    precondition(found.count == inputs.count, "each input has a gradient")
    let scale = expected.reduce(1) { max($0, abs($1)) }
    return zip(expected, found).reduce(0) { worst, pair in
      let error = abs(pair.0 - pair.1) / scale
      return error.isNaN ? .infinity : max(worst, error)
    }
  }
}

/// How well a gradient agrees with another as a whole.
package struct GradientAgreement: CustomStringConvertible {
  /// The length of the difference over the length of the expected gradient.
  package var relativeL2: Double
  /// The cosine of the angle between the gradients.
  package var cosine: Double

  package init(_ found: [Double], _ expected: [Double]) {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let difference = zip(found, expected).map { $0 - $1 }
    relativeL2 = (dot(difference, difference) / dot(expected, expected)).squareRoot()
    cosine =
      dot(found, expected) / (dot(found, found) * dot(expected, expected)).squareRoot()
  }

  package var description: String {
    "relative L2 \(Float(relativeL2)), 1 - cosine \(Float(1 - cosine))"
  }
}
