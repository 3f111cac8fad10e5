extension Splats {
  /// The model with spherical harmonics of another degree: cut, or filled with zeros.
  public func withHarmonics(degree: Int) -> Splats {
    guard degree != shDegree else { return self }
    return Splats(merging: [self], shDegree: degree)
  }

  /// All Gaussians of some models, in their order, at the largest degree of spherical harmonics.
  ///
  /// The result is for antialiased rendering if all parts are.
  public init(merging parts: [Splats]) {
    self.init(merging: parts, shDegree: parts.map(\.shDegree).max() ?? 0)
  }

  private init(merging parts: [Splats], shDegree: Int) {
    self.init(count: parts.reduce(0) { $0 + $1.count }, shDegree: shDegree)
    isAntialiased = !parts.isEmpty && parts.allSatisfy(\.isAntialiased)
    var start = 0
    for part in parts {
      let first = start
      let planes = min(parameters.planes, part.parameters.planes)
      parameters.withView { target in
        part.parameters.withReadOnlyView { source in
          Workers().forEachRange(part.count, size: Workers.rowsPerPiece) { range, _ in
            for index in range {
              for plane in 0..<planes { target[plane, first + index] = source[plane, index] }
            }
          }
        }
      }
      start += part.count
    }
  }
}
