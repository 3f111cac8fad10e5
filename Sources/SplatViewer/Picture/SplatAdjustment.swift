import SplatCore
import SplatPlatform

/// Changes to all Gaussians of a model for a picture of it.
struct SplatAdjustment: Sendable, Equatable {
  /// The factor on every size.
  var scale: Float = 1
  /// Gaussians with a smaller opacity become transparent.
  var minimumOpacity: Float = 0
  /// Whether all others become opaque.
  var isOpaque = false

  /// The logit whose opacity is 1 in single precision, and that of its negative practically 0.
  private static let saturatedLogit: Float = 20

  /// Whether nothing changes.
  var isIdentity: Bool { self == SplatAdjustment() }

  /// The adjusted model.
  func applied(to splats: Splats) -> Splats {
    guard !isIdentity else { return splats }
    var result = splats
    let growth = logf(scale)
    // The logit increases with the opacity, so that opacities need not be computed.
    let limit = logf(minimumOpacity / max(1 - minimumOpacity, .leastNormalMagnitude))
    for index in 0..<splats.count {
      for axis in 0..<3 { result.parameters[Plane.logScales + axis, index] += growth }
      let logit = splats.parameters[Plane.opacityLogit, index]
      if minimumOpacity > 0, logit < limit {
        result.parameters[Plane.opacityLogit, index] = -Self.saturatedLogit
      } else if isOpaque {
        result.parameters[Plane.opacityLogit, index] = Self.saturatedLogit
      }
    }
    return result
  }
}
