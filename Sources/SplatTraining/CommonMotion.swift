package import SplatCore

/// The motion that refined cameras have in common, as a rotation, a translation and a change of
/// size of the whole scene.
///
/// The photos do not determine it: a model that moved with the cameras would look the same. It is
/// fitted to first order by least squares, with the turns of the cameras weighted by their
/// distance from what they see, and taken out again, so that the refined cameras stay where the
/// given ones are as a whole.
package struct CommonMotion: Sendable {
  /// The given cameras' rotations from the world.
  private let rotations: [RigidTransform]
  /// The given cameras' centres, relative to their mean.
  private let offsets: [SIMD3<Double>]
  private let distances: [Double]
  /// The mean square of ``distances``, the weight of a turn.
  private let turnWeight: Double
  /// The sum of the squares of ``offsets``.
  private let spread: Double
  /// The inverse of the sum of the matrices that turn a rotation into its effect.
  private let inverse: [SIMD3<Double>]

  /// - Parameter distances: The units of the cameras' translations.
  package init(cameras: [Camera], distances: [Double]) {
    let count = Double(max(1, cameras.count))
    let centers = cameras.map(\.center)
    let mean = centers.reduce(.zero, +) / count
    offsets = centers.map { $0 - mean }
    rotations = cameras.map {
      RigidTransform(rotation: $0.viewMatrix.rotation, translation: .zero)
    }
    self.distances = distances
    turnWeight = distances.reduce(0) { $0 + $1 * $1 } / count
    spread = offsets.reduce(0) { $0 + ($1 * $1).sum() }
    // Σ (w + |ρ|²) I - ρρᵀ, which is positive definite.
    var matrix = [SIMD3<Double>](repeating: .zero, count: 3)
    for axis in 0..<3 {
      matrix[axis][axis] = turnWeight * count + spread
      for offset in offsets { matrix[axis] -= offset * offset[axis] }
    }
    let columns = [
      matrix[1].cross(matrix[2]), matrix[2].cross(matrix[0]), matrix[0].cross(matrix[1]),
    ]
    let determinant = (matrix[0] * columns[0]).sum()
    inverse = columns.map { $0 / (determinant > 0 ? determinant : .infinity) }
  }

  /// Takes the common motion out of the poses of all photos.
  package func remove(from parameters: inout PhotoParameters) {
    let poses = rotations.indices.compactMap { index in
      parameters.values(ofPhoto: index, .pose).map { PoseCorrection<Double>($0) }
    }
    guard poses.count == rotations.count, !poses.isEmpty else { return }
    // How each camera has turned and where its centre has gone, in the world.
    let turns = poses.indices.map { -inWorld(poses[$0].rotation, $0) }
    let shifts = poses.indices.map { -inWorld(poses[$0].translation, $0) * distances[$0] }
    // Fit the common motion.
    var (torque, shift, growth) = (SIMD3<Double>.zero, SIMD3<Double>.zero, 0.0)
    for index in poses.indices {
      torque += turns[index] * turnWeight + offsets[index].cross(shifts[index])
      shift += shifts[index]
      growth += (offsets[index] * shifts[index]).sum()
    }
    let turn = inverse[0] * torque.x + inverse[1] * torque.y + inverse[2] * torque.z
    shift /= Double(poses.count)
    growth = spread > 0 ? growth / spread : 0
    // Take it out.
    for index in poses.indices {
      var pose = poses[index]
      let moved = shift + turn.cross(offsets[index]) + offsets[index] * growth
      pose.rotation += Vector3(rotations[index].rotated(turn))
      pose.translation += Vector3(rotations[index].rotated(moved) / distances[index])
      parameters.set(photo: index, .pose, to: pose.values)
    }
  }

  /// A direction in a camera's frame in the world.
  private func inWorld(_ vector: Vector3<Double>, _ camera: Int) -> SIMD3<Double> {
    let turned = rotations[camera].rotation.transposedTimes(vector)
    return SIMD3(turned.x, turned.y, turned.z)
  }
}
