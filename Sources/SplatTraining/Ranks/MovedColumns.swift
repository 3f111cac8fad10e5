import SplatCore

/// The way of Gaussians to the ranks that hold them after a change of the model or of its order.
///
/// Only those that another rank holds from now on are sent.
private struct MovedColumns {
  private let ranks: any Ranks
  /// The Gaussians of this rank that leave it, rank by rank, by their indices before.
  private var leaving: [Int32] = []
  private var leavingCounts: [Int]
  private var arrivingCounts: [Int]
  /// Where each of the Gaussians of this rank comes from: its index before, or the complement of
  /// its index among those that arrive.
  private var places: [Int32] = []

  /// - Parameters:
  ///   - owners: the rank that holds each Gaussian, and `held`: its index there.
  ///   - order: the Gaussian that will be at each index of the model.
  ///   - new: which of them this rank will hold.
  init(
    owners: [Int32], held: [Int32], order: [Int32], new: Shard, ranks: any Ranks
  ) {
    self.ranks = ranks
    let rank = Int32(ranks.rank)
    leavingCounts = [Int](repeating: 0, count: ranks.count)
    arrivingCounts = leavingCounts
    // Those that leave.
    for target in 0..<ranks.count where target != ranks.rank {
      for index in new.range(of: target) where owners[Int(order[index])] == rank {
        leaving.append(held[Int(order[index])])
        leavingCounts[target] += 1
      }
    }
    // Those that arrive, rank by rank.
    for index in new.range where owners[Int(order[index])] != rank {
      arrivingCounts[Int(owners[Int(order[index])])] += 1
    }
    var next = arrivingCounts.reduce(into: [Int32(0)]) { $0.append(($0.last ?? 0) + Int32($1)) }
    places.reserveCapacity(new.range.count)
    for index in new.range {
      let splat = Int(order[index])
      let owner = Int(owners[splat])
      if owner == ranks.rank {
        places.append(held[splat])
      } else {
        places.append(~next[owner])
        next[owner] += 1
      }
    }
  }

  /// The columns of this rank, of a table that has those that it held before.
  func moved(_ table: ParameterBlocks) -> ParameterBlocks {
    let planes = table.planes
    var result = ParameterBlocks(count: places.count, planes: planes)
    guard planes > 0 else { return result }
    let (workers, size) = (Workers(), Workers.rowsPerPiece)
    var arrived = [Float](
      repeating: 0, count: arrivingCounts.reduce(0, +) * planes)
    table.withReadOnlyView { table in
      // Exchange what leaves and arrives.
      var left = [Float](count: leaving.count * planes) { left in
        workers.forEachRange(leaving.count, size: size) { range, _ in
          for index in range {
            for plane in 0..<planes {
              left[index * planes + plane] = table[plane, Int(leaving[index])]
            }
          }
        }
      }
      left.withView { left in
        arrived.withView { arrived in
          ranks.exchange(
            left.bytes, RankParts(counts: leavingCounts), into: arrived.bytes,
            RankParts(counts: arrivingCounts), size: planes * MemoryLayout<Float>.size)
        }
      }
      // Put what stays and what has arrived in its place.
      arrived.withReadOnlyView { arrived in
        result.withView { result in
          workers.forEachRange(places.count, size: size) { range, _ in
            for index in range {
              let place = Int(places[index])
              for plane in 0..<planes {
                result[plane, index] =
                  place >= 0 ? table[plane, place] : arrived[~place * planes + plane]
              }
            }
          }
        }
      }
    }
    return result
  }
}

extension ModelState {
  /// Moves Gaussians to the ranks that hold them from now on.
  ///
  /// - Parameters:
  ///   - owners: the rank that holds each Gaussian of the model; a rank holds its own in their
  ///     order.
  ///   - sorts: whether they are put in the order of their places.
  mutating func move(from owners: [Int32], sorts: Bool, among ranks: any Ranks) {
    var counts = [Int](repeating: 0, count: ranks.count)
    let held = owners.map { owner in
      defer { counts[Int(owner)] += 1 }
      return Int32(counts[Int(owner)])
    }
    let order =
      sorts
      ? orderOfPlaces(owners: owners, held: held, counts: counts, among: ranks)
      : owners.indices.map { Int32($0) }
    let new = shard.ofModel(total: owners.count)
    let columns = MovedColumns(
      owners: owners, held: held, order: order, new: new, ranks: ranks)
    for path in Self.splatTables { self[keyPath: path] = columns.moved(self[keyPath: path]) }
    shard = new
  }

  /// The Gaussians of the model in the order of their places.
  private func orderOfPlaces(
    owners: [Int32], held: [Int32], counts: [Int], among ranks: any Ranks
  ) -> [Int32] {
    let sample = MortonOrder.sampled(of: owners.count).filter { owners[$0] == Int32(ranks.rank) }
      .map { mean(Int(held[$0])) }
    let box = MortonOrder.box(
      of: ranks.gathered(sample, counts: ranks.gathered(sample.count)))
    let codes = ranks.gathered(
      MortonOrder.codes(of: splats.parameters, in: box), counts: counts)
    let starts = counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    return CodeOrder.of(
      owners.indices.map { codes[starts[Int(owners[$0])] + Int(held[$0])] })
  }
}
