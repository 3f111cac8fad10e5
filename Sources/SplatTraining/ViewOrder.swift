import SplatCore

/// The view of each iteration: all views in random order, then all again in a new order.
///
/// The views of a step of several are of cameras in different parts of the scene: each is drawn
/// from a stratum of its own, of cameras that are near each other. So a step learns from more of
/// the scene, and where several processes train together, each finds a view that shows mostly what
/// it holds.
package struct ViewOrder: Sendable {
  private let count: Int
  private let seed: UInt64
  /// The views of each stratum; those with one more come first.
  private let strata: [[Int]]
  private var epoch = -1
  private var order: [Int] = []

  /// - Parameters:
  ///   - centers: where the cameras are, in world units.
  ///   - batch: the number of views of a step.
  package init(centers: [SIMD3<Float>], batch: Int, seed: UInt64) {
    count = centers.count
    self.seed = seed
    let sorted = batch > 1 ? MortonOrder.of(centers).map(Int.init) : Array(centers.indices)
    let (size, rest) = count.quotientAndRemainder(dividingBy: batch)
    var next = 0
    strata = (0..<batch).map { stratum in
      let start = next
      next += size + (stratum < rest ? 1 : 0)
      return Array(sorted[start..<next])
    }
  }

  /// The view of iteration `iteration`, counted from 0.
  package mutating func view(at iteration: Int) -> Int {
    if iteration / count != epoch {
      epoch = iteration / count
      var random = RandomSource(seed: seed, purpose: .viewOrder, position: UInt64(epoch))
      let shuffled = strata.map { random.shuffled($0) }
      order = (0..<count).map { shuffled[$0 % strata.count][$0 / strata.count] }
    }
    return order[iteration % count]
  }
}
