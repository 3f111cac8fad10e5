package import SplatCore
import SplatRendering

/// A term of the loss that depends only on the parameters of the Gaussians.
package protocol ParameterTerm: Sendable {
  /// Adds the gradient of a block's parameters.
  ///
  /// - Parameter count: The number of Gaussians of the model.
  func addGradient(to gradient: ParameterBlock, of block: ParameterBlock, count: Int)
}

/// The mean opacity of all Gaussians.
struct MeanOpacityTerm: ParameterTerm {
  let weight: Float

  func addGradient(to gradient: ParameterBlock, of block: ParameterBlock, count: Int) {
    let share = weight * (1 / Float(max(1, count)))
    gradient.opacityLogit += Logistic.backward(
      value: Logistic.forward(block.opacityLogit), gradValue: Lanes(repeating: share))
  }
}

/// The mean of all Gaussians' scales.
struct MeanScaleTerm: ParameterTerm {
  let weight: Float

  func addGradient(to gradient: ParameterBlock, of block: ParameterBlock, count: Int) {
    let share = Lanes(repeating: weight * (1 / Float(max(1, count))) / 3)
    let (scales, grad) = (block.scales, gradient.logScales)
    gradient.logScales = Vector3(
      grad.x.addingProduct(scales.x, share), grad.y.addingProduct(scales.y, share),
      grad.z.addingProduct(scales.z, share))
  }
}
