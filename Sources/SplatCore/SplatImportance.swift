/// Measures of how visible a Gaussian is.
public enum SplatImportance: Sendable {
  /// Opacity times the product of the three scales, by which `.splat` files are sorted.
  case volume
  /// Opacity times the product of the two larger scales, which does not vanish for flat Gaussians.
  case area

  /// The indices of a model's Gaussians, the most important first; equal ones keep their order.
  public func order(_ splats: Splats) -> [Int32] {
    let count = splats.count
    let keys = splats.parameters.withReadOnlyView { view in
      Workers().gathering(count) { index in
        // The bits of a float, mapped so that they order as numbers do, then inverted to put the
        // largest first.
        let bits = value(view, index).bitPattern
        let ordered = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
        return UInt64(~ordered) << 32 | UInt64(index)
      }
    }
    return keys.sorted().map { Int32(truncatingIfNeeded: $0 & 0xffff_ffff) }
  }

  /// The logarithm of the importance.
  private func value(_ view: ParameterView, _ index: Int) -> Float {
    let scales = view.vector(Plane.logScales, index)
    let opacity = -Float.log(1 + Float.exp(-view[Plane.opacityLogit, index]))
    switch self {
    case .volume: return scales.sum() + opacity
    case .area: return scales.sum() - scales.min() + opacity
    }
  }
}
