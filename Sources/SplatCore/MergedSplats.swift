extension Splats {
  /// The model at another SH degree: coefficients are dropped, or zeros are added.
  public func withHarmonics(degree: Int) -> Splats {
    guard degree != shDegree else { return self }
    return Splats(merging: [self], shDegree: degree)
  }

  /// The Gaussians of several models, one model after the other, at the largest SH degree among
  /// them.
  ///
  /// The result is marked as antialiased if all parts are.
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
