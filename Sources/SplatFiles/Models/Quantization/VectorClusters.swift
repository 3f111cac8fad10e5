import SplatCore

/// Clusters of vectors by k-means (Lloyd 1982), with distances as matrix products.
struct VectorClusters {
  /// The members of each cluster, ascending.
  private(set) var members: [[Int32]] = []
  /// The sum of squared distances of the members of each to their centre.
  private(set) var errors: [Double]
  private var centers: [Float]
  private let depth: Int

  /// Vectors whose distances are found at a time.
  private static let chunk = 512

  /// Parts some of `vectors` into at most `count` clusters.
  ///
  /// - Parameter vectors: numbers, `depth` of each vector; the members are indices of vectors.
  init(
    of indices: [Int32], _ vectors: BufferView<Float>, depth: Int, count: Int, iterations: Int,
    workers: Workers
  ) {
    self.depth = depth
    let count = min(count, indices.count)
    centers = Self.start(indices, vectors, depth: depth, count: count)
    errors = [Double](repeating: 0, count: count)
    var nearest = [Int32](repeating: 0, count: indices.count)
    var distances = [Float](repeating: 0, count: indices.count)
    for iteration in 0..<iterations {
      let before = nearest
      assign(indices, vectors, &nearest, &distances, workers)
      if iteration > 0, nearest == before { break }
      move(indices, vectors, nearest)
    }
    members = [[Int32]](repeating: [], count: count)
    for (place, cluster) in nearest.enumerated() {
      members[Int(cluster)].append(indices[place])
      errors[Int(cluster)] += Double(distances[place])
    }
  }

  /// The centre of a cluster.
  func center(_ index: Int) -> [Float] { Array(centers[index * depth..<(index + 1) * depth]) }

  /// How `total` entries are shared out: by errors, at least one to each cluster with members and
  /// at most as many as it has.
  func shares(of total: Int) -> [Int] {
    var rest = members.reduce(0) { $0 + ($1.isEmpty ? 0 : 1) }
    rest = max(0, total - rest)
    let error = errors.reduce(0, +)
    return members.indices.map { index in
      guard !members[index].isEmpty else { return 0 }
      let share = error > 0 ? Int(Double(rest) * errors[index] / error) : 0
      return min(members[index].count, 1 + share)
    }
  }

  /// Members at random as the first centres.
  private static func start(
    _ indices: [Int32], _ vectors: BufferView<Float>, depth: Int, count: Int
  ) -> [Float] {
    var random = RandomSource(
      seed: UInt64(indices.first ?? 0), purpose: .palette, position: UInt64(indices.count))
    var pool = indices
    var centers: [Float] = []
    centers.reserveCapacity(count * depth)
    for place in 0..<count {
      pool.swapAt(place, place + random.index(below: pool.count - place))
      let base = Int(pool[place]) * depth
      for entry in 0..<depth { centers.append(vectors[base + entry]) }
    }
    return centers
  }

  /// Finds the nearest centre of every vector.
  private func assign(
    _ indices: [Int32], _ vectors: BufferView<Float>, _ nearest: inout [Int32],
    _ distances: inout [Float], _ workers: Workers
  ) {
    let (depth, count) = (depth, errors.count)
    // |x - c|² / 2 = |x|² / 2 - (x · c - |c|² / 2), whose first part is the same for all centres.
    // What is left, the score, is a product of matrices and the halves of |c|².
    let halves = (0..<count).map { center in
      centers[center * depth..<(center + 1) * depth].reduce(Float(0)) { $0 + $1 * $1 } / 2
    }
    centers.withReadOnlyView { centers in
      nearest.withView { nearest in
        distances.withView { distances in
          workers.forEachRange(indices.count, size: Self.chunk) { range, _ in
            var block = [Float](repeating: 0, count: range.count * depth)
            var scores = [Float](repeating: 0, count: range.count * count)
            block.withView { block in
              scores.withView { scores in
                // The chunk's vectors as a matrix, and the halves as the scores to begin with.
                for (row, place) in range.enumerated() {
                  let base = Int(indices[place]) * depth
                  block.copy(vectors.slice(base..<base + depth), to: row * depth)
                  for center in 0..<count { scores[row * count + center] = halves[center] }
                }
                MatrixProduct.subtractTransposed(
                  block, centers, from: scores, rows: range.count, columns: count, depth: depth)
                // The least score, and with |x|² the distance.
                for (row, place) in range.enumerated() {
                  let best = Self.least(scores.slice(row * count..<(row + 1) * count))
                  var square: Float = 0
                  for entry in 0..<depth {
                    square += block[row * depth + entry] * block[row * depth + entry]
                  }
                  nearest[place] = Int32(best)
                  distances[place] = max(0, square + 2 * scores[row * count + best])
                }
              }
            }
          }
        }
      }
    }
  }

  /// The index of the least number; the first of several.
  private static func least(_ scores: BufferView<Float>) -> Int {
    var (best, index) = (scores[0], 0)
    for place in 1..<max(1, scores.count) where scores[place] < best {
      best = scores[place]
      index = place
    }
    return index
  }

  /// Moves each centre to the mean of its members; one without members stays.
  private mutating func move(
    _ indices: [Int32], _ vectors: BufferView<Float>, _ nearest: [Int32]
  ) {
    let depth = depth
    var sums = [Double](repeating: 0, count: centers.count)
    var counts = [Double](repeating: 0, count: errors.count)
    sums.withView { sums in
      for (place, cluster) in nearest.enumerated() {
        let (from, to) = (Int(indices[place]) * depth, Int(cluster) * depth)
        for entry in 0..<depth { sums[to + entry] += Double(vectors[from + entry]) }
        counts[Int(cluster)] += 1
      }
    }
    for cluster in counts.indices where counts[cluster] > 0 {
      for entry in cluster * depth..<(cluster + 1) * depth {
        centers[entry] = Float(sums[entry] / counts[cluster])
      }
    }
  }
}
