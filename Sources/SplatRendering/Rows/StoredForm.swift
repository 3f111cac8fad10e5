package import SplatCore

extension ParameterForm {
  /// The smallest distance of an opacity from 0 and 1 that a logit in single precision holds.
  private static let opacityMargin: Float = 1e-7
  /// The smallest standard deviation that is stored, in world units.
  private static let smallestScale: Float = 1e-30

  /// Turns parameters of this form into those of stored models.
  ///
  /// Opacities of 0 and 1 and scales of 0 become the nearest that have a logit and a logarithm.
  package func store(_ parameters: inout ParameterBlocks, workers: Workers) {
    let count = parameters.count
    parameters.withView { view in
      workers.forEachRange(count, size: Workers.rowsPerPiece) { range, _ in
        for index in range {
          if hasLinearScales {
            for plane in Plane.logScales..<Plane.logScales + 3 {
              let scale = abs(view[plane, index])
              view[plane, index] = Float.log(max(scale, Self.smallestScale))
            }
          }
          if hasLinearOpacities {
            let opacity = view[Plane.opacityLogit, index]
            let limited = min(max(opacity, Self.opacityMargin), 1 - Self.opacityMargin)
            view[Plane.opacityLogit, index] = opacity.isNaN ? .nan : Logistic.inverse(limited)
          }
          if hasDirectColors {
            for plane in Plane.sh..<Plane.sh + 3 {
              view[plane, index] = (view[plane, index] - 0.5) / zerothHarmonic
            }
          }
        }
      }
    }
  }
}
