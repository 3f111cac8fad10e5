extension Splats {
  /// The model rotated, scaled and translated, including its view-dependent colours.
  public func transformed(by transform: SimilarityTransform) -> Splats {
    var result = self
    let harmonics = HarmonicRotation(transform.rotation, degree: shDegree)
    let turn = Quaternion(transform.rotation)
    let q = Quaternion(w: Float(turn.w), x: Float(turn.x), y: Float(turn.y), z: Float(turn.z))
    let growth = Float(Double.log(transform.scale))
    let count = count
    result.parameters.withView { view in
      Workers().forEachRange(count, size: Workers.rowsPerPiece) { range, _ in
        for index in range {
          let mean = transform(SIMD3<Double>(view.vector(Plane.means, index)))
          view.setVector(Plane.means, index, SIMD3<Float>(mean))
          view.setVector(
            Plane.logScales, index, view.vector(Plane.logScales, index) + SIMD3(repeating: growth))
          view.setRotation(index, q * view.rotation(index))
          harmonics.apply(to: view, index)
        }
      }
    }
    return result
  }
}

extension ParameterBlocks {
  /// Reverses axes of the model.
  package mutating func flip(_ flip: AxisFlip, shDegree: Int) {
    let (count, signs) = (count, flip.harmonicSigns)
    let rest = (shDegree + 1) * (shDegree + 1) - 1
    withView { view in
      Workers().forEachRange(count, size: Workers.rowsPerPiece) { range, _ in
        for index in range {
          view.setVector(Plane.means, index, view.vector(Plane.means, index) * flip.signs)
          view.setVector(
            Plane.rotations + 1, index,
            view.vector(Plane.rotations + 1, index) * flip.rotationSigns)
          for coefficient in 0..<rest {
            let plane = Plane.sh + (coefficient + 1) * 3
            view.setVector(plane, index, view.vector(plane, index) * signs[coefficient])
          }
        }
      }
    }
  }
}
