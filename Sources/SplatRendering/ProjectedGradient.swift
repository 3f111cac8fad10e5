package import SplatCore

/// The gradient of the loss with respect to one projected Gaussian, as the rasterizer returns it.
///
/// Twelve numbers in the order of the planes of ``ProjectedGradientBlock``.
package struct ProjectedGradient: BitwiseCopyable, Sendable {
  /// Of the mean's coordinates, and of the conic's xx and xy.
  var meanAndConic: SIMD4<Float>
  /// Of the conic's yy, the opacity, red and green.
  var conicAndColor: SIMD4<Float>
  /// Of blue; sums over pixels of the magnitudes of the mean's gradient (Ye et al., "AbsGS", 2024);
  /// and of the depth.
  var colorAndAbsolute: SIMD4<Float>

  /// The gradient of a Gaussian that changes no pixel.
  static var zero: ProjectedGradient {
    @inline(__always) get {
      let zero = SIMD4<Float>(repeating: 0)
      return ProjectedGradient(
        meanAndConic: zero, conicAndColor: zero, colorAndAbsolute: zero)
    }
  }

  @inline(__always)
  static func += (left: inout Self, right: Self) {
    left.meanAndConic += right.meanAndConic
    left.conicAndColor += right.conicAndColor
    left.colorAndAbsolute += right.colorAndAbsolute
  }
}

/// The gradients of eight consecutive projected Gaussians of the scene.
package struct ProjectedGradientBlock: Sendable {
  private enum Plane {
    static let meanX = 0, meanY = 1
    static let conicXX = 2, conicXY = 3, conicYY = 4
    static let opacity = 5
    static let color = 6
    static let absoluteX = 9, absoluteY = 10
    static let depth = 11
    static let visible = 12
  }
  static let planes = Plane.visible + 1

  private let lanes: LaneBlock

  init(_ lanes: LaneBlock) { self.lanes = lanes }

  /// Of the projected means, in 1 / pixels.
  @inline(__always)
  package var meanX: Lanes { lanes[Plane.meanX] }
  @inline(__always)
  package var meanY: Lanes { lanes[Plane.meanY] }
  /// Of the conics, in square pixels. The off-diagonal entry covers both of its occurrences.
  @inline(__always)
  package var conic: SymmetricMatrix2<Lanes> {
    SymmetricMatrix2(
      xx: lanes[Plane.conicXX], xy: lanes[Plane.conicXY], yy: lanes[Plane.conicYY])
  }
  /// Of the opacities after compensation.
  @inline(__always)
  package var opacity: Lanes { lanes[Plane.opacity] }
  /// Of the colours.
  @inline(__always)
  package var color: Vector3<Lanes> { lanes[vector: Plane.color] }
  /// Sums over pixels of the magnitudes of the mean's gradient; 0 if they were not requested.
  @inline(__always)
  package var absoluteX: Lanes { lanes[Plane.absoluteX] }
  @inline(__always)
  package var absoluteY: Lanes { lanes[Plane.absoluteY] }
  /// Of camera z through the depth of the image; 0 if the loss does not depend on it.
  @inline(__always)
  package var depth: Lanes { lanes[Plane.depth] }
  /// 1 for Gaussians that the camera sees, 0 for others.
  @inline(__always)
  package var visible: Lanes { lanes[Plane.visible] }

  /// Sets all gradients to 0 and marks no Gaussian as visible.
  @inline(__always)
  func reset() { lanes.fill(0) }

  /// Writes the gradient of one Gaussian, which is visible.
  @inline(__always)
  func set(lane: Int, _ gradient: ProjectedGradient) {
    for entry in 0..<4 {
      lanes.set(plane: entry, lane: lane, gradient.meanAndConic[entry])
      lanes.set(plane: 4 + entry, lane: lane, gradient.conicAndColor[entry])
      lanes.set(plane: 8 + entry, lane: lane, gradient.colorAndAbsolute[entry])
    }
    lanes.set(plane: Plane.visible, lane: lane, 1)
  }
}
