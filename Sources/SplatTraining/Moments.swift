package import SplatCore

/// Adam's first and second moments of a model's parameters.
///
/// The moments of SH coefficients beyond the constant, which take a step now and then, have tables of their own: an
/// iteration reads the others in streams, which a processor fetches ahead, instead of a piece of every block.
package struct Moments: Sendable, Equatable {
  /// How many planes a model without such coefficients has.
  private static let basePlanes = Plane.count(shDegree: 0)

  /// Of the first planes.
  package var firstBase: ParameterBlocks, secondBase: ParameterBlocks
  /// Of the planes after them.
  package var firstRest: ParameterBlocks, secondRest: ParameterBlocks

  /// Moments of 0 for `count` Gaussians with `planes` parameters.
  package init(count: Int, planes: Int) {
    firstBase = ParameterBlocks(count: count, planes: Self.basePlanes)
    secondBase = firstBase
    firstRest = ParameterBlocks(count: count, planes: planes - Self.basePlanes)
    secondRest = firstRest
  }

  /// Replaces the moments by those of `sources`, in that order; 0 for -1.
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
    let restPlanes = firstRest.planes
    firstBase.storage.withView { firstBase in
      secondBase.storage.withView { secondBase in
        firstRest.storage.withView { firstRest in
          secondRest.storage.withView { secondRest in
            body(
              View(
                base: (firstBase, secondBase), rest: (firstRest, secondRest),
                restPlanes: restPlanes))
          }
        }
      }
    }
  }

  /// The moments of a model while it takes a step.
  package struct View: Sendable {
    typealias Pair = (first: BufferView<Float>, second: BufferView<Float>)
    fileprivate let base: Pair, rest: Pair
    fileprivate let restPlanes: Int

    /// Calls `body` for the first `planes` planes of a block, each with the tables of its moments and where in them
    /// they are.
    @inline(__always)
    func forEachPlane(
      of block: Int, planes: Int, _ body: (_ plane: Int, _ moments: Pair, _ offset: Int) -> Void
    ) {
      let width = Lanes.scalarCount
      let shared = min(planes, Moments.basePlanes)
      for plane in 0..<shared { body(plane, base, (block * Moments.basePlanes + plane) * width) }
      for plane in shared..<planes {
        body(plane, rest, (block * restPlanes + plane - Moments.basePlanes) * width)
      }
    }
  }
}
