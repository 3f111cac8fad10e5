import SplatCore

extension ParameterBlocks {
  /// Applies the 3D smoothing filter of Mip-Splatting (Yu and others, 2024) to a Gaussian, which is
  /// then drawn as any other.
  ///
  /// Variances grow by filter²; the opacity shrinks as the Gaussian's volume grows.
  mutating func fuse(filter: Double, _ index: Int) {
    var shrinkage = 1.0
    for plane in Plane.logScales..<Plane.logScales + 3 {
      let variance = Double.exp(2 * Double(self[plane, index]))
      let smoothed = variance + filter * filter
      shrinkage *= variance / smoothed
      self[plane, index] = Float(Double.log(smoothed) / 2)
    }
    let opacity = Logistic.forward(Double(self[Plane.opacityLogit, index]))
    self[Plane.opacityLogit, index] = Quantum.logit(Float(opacity * shrinkage.squareRoot()))
  }
}
