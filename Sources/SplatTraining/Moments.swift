package import SplatCore

/// Adam's first and second moments of a model's parameters.
///
/// Both moments of a plane lie side by side. Those of SH coefficients beyond the constant, which take a step now
/// and then, have a table of their own: an iteration reads the others in one stream, which a processor fetches
/// ahead, instead of a piece of every block.
package struct Moments: Sendable, Equatable {
  /// How many planes a model without such coefficients has.
  private static let basePlanes = Plane.count(shDegree: 0)

  /// Plane by plane, the first moment and then the second.
  package var base: ParameterBlocks
  package var rest: ParameterBlocks

  /// Moments of 0 for `count` Gaussians with `planes` parameters.
  package init(count: Int, planes: Int) {
    base = ParameterBlocks(count: count, planes: 2 * Self.basePlanes)
    rest = ParameterBlocks(count: count, planes: 2 * (planes - Self.basePlanes))
  }

  /// The moments of `sources`, in that order; 0 for -1.
  func gathered(_ sources: [Int32]) -> Moments {
    var result = self
    result.base = base.gathered(sources)
    result.rest = rest.gathered(sources)
    return result
  }

  /// Sets the moments of one parameter to 0.
  mutating func reset(plane: Int, index: Int) {
    let (table, first) =
      plane < Self.basePlanes ? (\Moments.base, plane) : (\Moments.rest, plane - Self.basePlanes)
    self[keyPath: table][2 * first, index] = 0
    self[keyPath: table][2 * first + 1, index] = 0
  }

  /// Lends the moments to `body`.
  @inline(__always)
  package mutating func withView<Result>(_ body: (View) throws -> Result) rethrows -> Result {
    let restPlanes = rest.planes
    return try base.storage.withView { base in
      try rest.storage.withView { rest in
        try body(View(base: base, rest: rest, restPlanes: restPlanes))
      }
    }
  }

  /// The moments of a model while it takes a step.
  package struct View: Sendable {
    private let base: BufferView<Float>, rest: BufferView<Float>
    private let restPlanes: Int

    fileprivate init(base: BufferView<Float>, rest: BufferView<Float>, restPlanes: Int) {
      (self.base, self.rest, self.restPlanes) = (base, rest, restPlanes)
    }

    /// Calls `body` for the first `planes` planes of a block, each with where its moments are.
    @inline(__always)
    package func forEachPlane(
      of block: Int, planes: Int,
      _ body: (_ plane: Int, _ moments: BufferView<Float>, _ at: Int) -> Void
    ) {
      let width = Lanes.scalarCount
      let shared = min(planes, Moments.basePlanes)
      for plane in 0..<shared {
        body(plane, base, 2 * (block * Moments.basePlanes + plane) * width)
      }
      for plane in shared..<planes {
        body(plane, rest, (block * restPlanes + 2 * (plane - Moments.basePlanes)) * width)
      }
    }
  }
}
