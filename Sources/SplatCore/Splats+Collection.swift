extension Splats {
  /// Creates a model of `gaussians`, whose coefficients are those of the degree `shDegree`.
  public init(_ gaussians: [Splat], shDegree: Int) {
    self.init(count: gaussians.count, shDegree: shDegree)
    for (index, gaussian) in gaussians.enumerated() { self[index] = gaussian }
  }

  /// Adds the Gaussians of another model at the end; the larger SH degree of the two remains.
  public mutating func append(_ other: Splats) {
    let isAntialiased = isAntialiased
    self = Splats(merging: [self, other])
    self.isAntialiased = isAntialiased
  }

  /// The Gaussians at `indices`, in that order.
  public func gathered(_ indices: [Int32]) -> Splats {
    precondition(indices.allSatisfy { (0..<count).contains(Int($0)) }, "indices of the model")
    var result = Splats(count: 0, shDegree: shDegree)
    result.isAntialiased = isAntialiased
    result.parameters = parameters.gathered(indices)
    return result
  }

  /// The Gaussians for which `isIncluded` holds, in their order.
  public func filter(_ isIncluded: (Splat) throws -> Bool) rethrows -> Splats {
    gathered(try (0..<count).filter { try isIncluded(self[$0]) }.map { Int32($0) })
  }
}
