package import SplatCore

/// Adam's first and second moments of a model's parameters.
///
/// SH coefficients beyond the constant take a step only in some iterations, so their moments have
/// separate tables: an iteration then reads the others as streams, which a processor prefetches,
/// instead of a piece of every block.
package struct Moments: Sendable, Equatable {
  /// The number of planes of a model without such coefficients.
  private static let basePlanes = Plane.count(shDegree: 0)

  /// The moments of the first planes.
  package var firstBase: ParameterBlocks, secondBase: ParameterBlocks
  /// The moments of the planes after them.
  package var firstRest: ParameterBlocks, secondRest: ParameterBlocks

  /// Moments of 0 for `count` Gaussians with `planes` parameters.
  package init(count: Int, planes: Int) {
    firstBase = ParameterBlocks(count: count, planes: Self.basePlanes)
    secondBase = firstBase
    firstRest = ParameterBlocks(count: count, planes: planes - Self.basePlanes)
    secondRest = firstRest
  }

  /// Replaces the moments with those of `sources`, in that order; -1 gives 0.
  mutating func gather(_ sources: [Int32]) {
    // One after the other: there is not always room for two of each.
    firstBase = firstBase.gathered(sources)
    secondBase = secondBase.gathered(sources)
    firstRest = firstRest.gathered(sources)
    secondRest = secondRest.gathered(sources)
  }

  /// Sets the moments of a Gaussian's opacity to 0.
  mutating func resetOpacity(_ index: Int) {
    firstBase[Plane.opacityLogit, index] = 0
    secondBase[Plane.opacityLogit, index] = 0
  }

  /// Lends the moments to `body`.
  @inline(__always)
  package mutating func withView(_ body: (View) -> Void) {
    firstBase.withView { firstBase in
      secondBase.withView { secondBase in
        firstRest.withView { firstRest in
          secondRest.withView { secondRest in
            body(
              View(
                firstBase: firstBase, secondBase: secondBase, firstRest: firstRest,
                secondRest: secondRest))
          }
        }
      }
    }
  }

  /// The moments of a model while it takes a step.
  package struct View: Sendable {
    fileprivate let firstBase: ParameterView, secondBase: ParameterView
    fileprivate let firstRest: ParameterView, secondRest: ParameterView

    /// The first and second moments of a block's planes that take a step in every iteration.
    @inline(__always)
    func base(ofBlock index: Int) -> (first: LaneBlock, second: LaneBlock) {
      (firstBase.lanes(ofBlock: index), secondBase.lanes(ofBlock: index))
    }

    /// Calls `body` for the first `planes` planes of a block, each with its moments.
    @inline(__always)
    func forEachPlane(
      of block: Int, planes: Int,
      _ body: (_ plane: Int, _ first: inout Lanes, _ second: inout Lanes) -> Void
    ) {
      let shared = min(planes, Moments.basePlanes)
      let (first, second) = base(ofBlock: block)
      for plane in 0..<shared { body(plane, &first[plane], &second[plane]) }
      guard planes > shared else { return }
      let (firstRest, secondRest) = (
        firstRest.lanes(ofBlock: block), secondRest.lanes(ofBlock: block)
      )
      for plane in shared..<planes {
        body(plane, &firstRest[plane - shared], &secondRest[plane - shared])
      }
    }
  }
}
