package import SplatCore
import Synchronization

/// Vectors that stand for many, found by a tree of k-means (Lloyd 1982; tree-structured vector
/// quantization, Buzo and others 1980).
///
/// The vectors are parted into few clusters and each again, until a cluster's share of the entries
/// is small enough to be found at once. A cluster's share is that of its error, since in the best
/// palette every entry has the same (Gersho 1979). One k-means with all entries would cost a
/// hundred times more.
package struct VectorPalette: Sendable {
  /// The entries one after another, each of ``depth`` numbers.
  package private(set) var entries: [Float]
  /// The entry that stands for each vector.
  package private(set) var labels: [Int32]
  /// The numbers of a vector.
  package let depth: Int

  /// The number of entries.
  package var count: Int { entries.count / depth }

  /// The clusters that a node is parted into.
  private static let branches = 64
  /// The most entries that are found at once.
  private static let leafEntries = 192
  /// The most iterations of each k-means.
  private static let iterations = 8

  /// Finds at most `limit` entries for vectors that follow one another in `vectors`.
  package init(
    _ vectors: [Float], depth: Int, limit: Int, workers: Workers,
    progress: @escaping @Sendable (Double) -> Void
  ) {
    self.depth = depth
    // Few vectors are their own palette.
    let count = vectors.count / depth
    guard count > limit else {
      entries = vectors
      labels = (0..<Int32(count)).map { $0 }
      return
    }
    // Nodes are parted, a level of the tree at a time, until all are leaves.
    var pending = [Node(members: (0..<Int32(count)).map { $0 }, share: limit)]
    var leaves: [Leaf] = []
    let meter = Meter(total: count, progress: progress)
    while !pending.isEmpty {
      let nodes = pending
      let results = SharedResults<Split>(count: nodes.count)
      vectors.withReadOnlyView { vectors in
        // A single node is parted by all threads, many by one each.
        let inner = nodes.count == 1 ? workers : Workers(threads: 1)
        workers.forEach(nodes.count) { index, _ in
          results[index] = nodes[index].split(vectors, depth: depth, workers: inner)
          meter.add(nodes[index], leafEntries: Self.leafEntries)
        }
      }
      pending = []
      for case .some(let split) in results.values {
        leaves += split.leaves
        pending += split.nodes
      }
    }
    // Each leaf is an entry.
    var entries: [Float] = []
    var labels = [Int32](repeating: 0, count: count)
    for leaf in leaves {
      for member in leaf.members { labels[Int(member)] = Int32(entries.count / depth) }
      entries += leaf.center
    }
    self.entries = entries
    self.labels = labels
  }

  /// Vectors that one entry stands for.
  fileprivate struct Leaf {
    var members: [Int32]
    var center: [Float]
  }

  /// What becomes of a node.
  fileprivate struct Split {
    var leaves: [Leaf] = []
    var nodes: [Node] = []
  }

  /// Vectors that are to share a number of entries.
  fileprivate struct Node {
    var members: [Int32]
    var share: Int

    func split(_ vectors: BufferView<Float>, depth: Int, workers: Workers) -> Split {
      let isLast = share <= VectorPalette.leafEntries
      let clusters = VectorClusters(
        of: members, vectors, depth: depth, count: isLast ? share : VectorPalette.branches,
        iterations: VectorPalette.iterations, workers: workers)
      var split = Split()
      let shares = isLast ? [] : clusters.shares(of: share)
      for (index, cluster) in clusters.members.enumerated() where !cluster.isEmpty {
        if isLast || shares[index] <= 1 {
          split.leaves.append(Leaf(members: cluster, center: clusters.center(index)))
        } else {
          split.nodes.append(Node(members: cluster, share: shares[index]))
        }
      }
      return split
    }
  }

  /// Counts what is done; a vector is done when its leaf is, half when it was parted once.
  private final class Meter: Sendable {
    private let done = Mutex(0.0)
    private let total: Double
    private let progress: @Sendable (Double) -> Void

    init(total: Int, progress: @escaping @Sendable (Double) -> Void) {
      self.total = Double(total)
      self.progress = progress
    }

    func add(_ node: Node, leafEntries: Int) {
      let share = Double(node.members.count) / total
      let now = done.withLock { done in
        // What a node leaves to do is not known before; each level does half of the rest.
        done += node.share <= leafEntries ? share * (1 - done) : share * (1 - done) / 2
        return done
      }
      progress(min(1, now))
    }
  }
}
