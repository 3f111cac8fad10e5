import SplatCore

/// The view of each iteration: all views in random order, then all again in a new order.
package struct ViewOrder: Sendable {
  private let count: Int
  private let seed: UInt64
  private var epoch = -1
  private var order: [Int] = []

  package init(count: Int, seed: UInt64) {
    self.count = count
    self.seed = seed
  }

  /// The view of iteration `iteration`, counted from 0.
  package mutating func view(at iteration: Int) -> Int {
    if iteration / count != epoch {
      epoch = iteration / count
      var random = RandomSource(seed: seed, purpose: .viewOrder, position: UInt64(epoch))
      order = random.shuffled(Array(0..<count))
    }
    return order[iteration % count]
  }
}
