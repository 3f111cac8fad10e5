import Foundation
import SplatCore

/// Changes to all Gaussians of a model that only a picture sees.
struct SplatAdjustment: Sendable, Equatable {
  /// The factor on every size.
  var scale: Float = 1
  /// Gaussians with a smaller opacity disappear.
  var minimumOpacity: Float = 0
  /// Whether all others are opaque.
  var isOpaque = false

  /// The logit of opacities that are 0 and 1 to single precision.
  private static let certainLogit: Float = 20

  /// Whether the model stays as it is.
  var isNone: Bool { self == SplatAdjustment() }

  /// The changed model.
  func applied(to splats: Splats) -> Splats {
    guard !isNone else { return splats }
    var result = splats
    let growth = logf(scale)
    // logit(o) is increasing, so that opacities need not be computed.
    let limit = logf(minimumOpacity / max(1 - minimumOpacity, .leastNormalMagnitude))
    for index in 0..<splats.count {
      for axis in 0..<3 { result.parameters[Plane.logScales + axis, index] += growth }
      let logit = splats.parameters[Plane.opacityLogit, index]
      if minimumOpacity > 0, logit < limit {
        result.parameters[Plane.opacityLogit, index] = -Self.certainLogit
      } else if isOpaque {
        result.parameters[Plane.opacityLogit, index] = Self.certainLogit
      }
    }
    return result
  }
}
