import SplatCore

/// Leaves out Gaussians of a render at random, and makes up for it by the opacity of the others
/// (Park et al., "DropGaussian", 2025).
///
/// What stands behind a Gaussian that is left out has to show the photo too, so that surfaces are
/// learnt rather than what a single photo shows in front of them.
package struct Dropout: BitwiseCopyable, Sendable, Equatable {
  /// The share of Gaussians that are left out, 0..<1.
  package let share: Float
  private let seed: UInt32
  /// The index in the scene of the model's first Gaussian.
  private let firstIndex: UInt32

  /// No Gaussian is left out.
  package static let none = Dropout(share: 0, seed: 0, firstIndex: 0)

  /// - Parameters:
  ///   - seed: Decides which Gaussians are left out, together with their indices in the scene.
  ///   - firstIndex: The index in the scene of the model's first Gaussian.
  package init(share: Float, seed: UInt32, firstIndex: Int) {
    self.share = share
    self.seed = seed
    self.firstIndex = UInt32(truncatingIfNeeded: firstIndex)
  }

  /// What opacities are multiplied with if they are not left out.
  var gain: Float { 1 / (1 - share) }

  /// What the opacities of the block at `index` of the model are multiplied with.
  @inline(__always)
  func factors(block index: Int) -> Lanes {
    guard share > 0 else { return Lanes(1) }
    let first = firstIndex &+ UInt32(truncatingIfNeeded: index * Lanes.scalarCount)
    // Indices become random bits by Wellons's hash function "lowbias32" (2018).
    var bits = LanesBits(repeating: first) &+ LanesBits(0, 1, 2, 3, 4, 5, 6, 7)
    bits ^= LanesBits(repeating: seed)
    bits ^= bits &>> LanesBits(repeating: 16)
    bits = bits &* LanesBits(repeating: 0x7feb_352d)
    bits ^= bits &>> LanesBits(repeating: 15)
    bits = bits &* LanesBits(repeating: 0x846c_a68b)
    bits ^= bits &>> LanesBits(repeating: 16)
    let leftOut = LanesBits(repeating: UInt32(share * 0x1p24))
    let isLeftOut = (bits &>> LanesBits(repeating: 8)) .< leftOut
    return Lanes(repeating: gain).zeroed(where: isLeftOut)
  }
}
