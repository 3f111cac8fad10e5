/// A scene of 3D Gaussians: their parameters as they are stored and trained.
///
/// Means and scales are in world units. All parameters are raw: scales as logarithms, rotations as
/// quaternions of any length, opacities as logits, colours as spherical-harmonic coefficients.
public struct Splats: Sendable, Equatable {
  /// The parameters, in blocks of ``Lanes``.
  ///
  /// Accessors, because a property observer copies the table at every change.
  package var parameters: ParameterBlocks {
    _read { yield stored }
    _modify {
      clusters = nil
      yield &stored
    }
  }
  private var stored: ParameterBlocks
  /// The boxes around clusters of Gaussians, if ``boundClusters()`` was called since the last
  /// change.
  package private(set) var clusters: ClusterBoxes?
  /// Whether the model was trained in antialiased mode and looks right only when rendered in it.
  public var isAntialiased = false

  /// The number of Gaussians.
  public var count: Int { parameters.count }
  /// The degree of the spherical harmonics, 0...4.
  public let shDegree: Int

  /// Creates `count` Gaussians whose parameters are all zero.
  public init(count: Int, shDegree: Int) {
    precondition((0...4).contains(shDegree), "the SH degree is 0...4")
    self.shDegree = shDegree
    stored = ParameterBlocks(count: count, planes: Plane.count(shDegree: shDegree))
  }

  /// The number of SH coefficients of a colour channel: (degree + 1)².
  public var coefficientCount: Int { (shDegree + 1) * (shDegree + 1) }

  /// Lets renderers cull whole clusters of Gaussians that a camera cannot see.
  ///
  /// Pictures stay the same; those of a part of a large model take less time if consecutive
  /// Gaussians are neighbours in space. Any change to a Gaussian discards the boxes.
  public mutating func boundClusters() { clusters = ClusterBoxes(parameters) }

  /// Whether two models hold the same Gaussians for the same rendering mode.
  public static func == (left: Splats, right: Splats) -> Bool {
    left.shDegree == right.shDegree && left.isAntialiased == right.isAntialiased
      && left.parameters == right.parameters
  }

  /// The centres of all Gaussians, in world units.
  package var means: [SIMD3<Float>] {
    parameters.withReadOnlyView { view in (0..<count).map { view.vector(Plane.means, $0) } }
  }

  /// One Gaussian, read or replaced as a whole.
  public subscript(index: Int) -> Splat {
    get {
      func value(_ plane: Int) -> Float { parameters[plane, index] }
      return Splat(
        mean: SIMD3(value(0), value(1), value(2)),
        logScale: SIMD3(value(3), value(4), value(5)),
        rotation: Quaternion(w: value(6), x: value(7), y: value(8), z: value(9)),
        opacityLogit: value(Plane.opacityLogit),
        shCoefficients: (0..<coefficientCount).map {
          SIMD3(
            value(Plane.sh + $0 * 3), value(Plane.sh + $0 * 3 + 1), value(Plane.sh + $0 * 3 + 2))
        })
    }
    set {
      precondition(newValue.shCoefficients.count == coefficientCount, "one SH degree for all")
      for axis in 0..<3 {
        parameters[Plane.means + axis, index] = newValue.mean[axis]
        parameters[Plane.logScales + axis, index] = newValue.logScale[axis]
      }
      parameters[Plane.rotations, index] = newValue.rotation.w
      parameters[Plane.rotations + 1, index] = newValue.rotation.x
      parameters[Plane.rotations + 2, index] = newValue.rotation.y
      parameters[Plane.rotations + 3, index] = newValue.rotation.z
      parameters[Plane.opacityLogit, index] = newValue.opacityLogit
      for (k, coefficient) in newValue.shCoefficients.enumerated() {
        for channel in 0..<3 {
          parameters[Plane.sh + k * 3 + channel, index] = coefficient[channel]
        }
      }
    }
  }
}

/// One Gaussian with its raw parameters.
public struct Splat: Sendable {
  /// The centre, in world units.
  public var mean: SIMD3<Float>
  /// The natural logarithms of the standard deviations along the Gaussian's own axes, in world
  /// units.
  public var logScale: SIMD3<Float>
  /// The rotation from the Gaussian's own axes to the world's, of any length but zero.
  public var rotation: Quaternion<Float>
  /// The opacity before the logistic function.
  public var opacityLogit: Float
  /// RGB coefficients: the constant one first, then by band, m = -l...l.
  public var shCoefficients: [SIMD3<Float>]

  /// Creates a Gaussian from its parameters.
  public init(
    mean: SIMD3<Float>, logScale: SIMD3<Float>, rotation: Quaternion<Float>, opacityLogit: Float,
    shCoefficients: [SIMD3<Float>]
  ) {
    self.mean = mean
    self.logScale = logScale
    self.rotation = rotation
    self.opacityLogit = opacityLogit
    self.shCoefficients = shCoefficients
  }
}
