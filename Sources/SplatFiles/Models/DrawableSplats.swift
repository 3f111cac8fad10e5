import SplatCore

extension Splats {
  /// Leaves out Gaussians with a parameter that is not finite or a rotation of length zero.
  ///
  /// Infinite numbers that have a meaning stay: opacity logits of 1 and 0, log scales of 0.
  mutating func dropUndrawable() {
    guard parameters.undrawable.contains(1) else { return }
    parameters.holdInfinities()
    let isDropped = parameters.undrawable
    guard isDropped.contains(1) else { return }
    parameters.remove(isDropped)
  }
}

extension ParameterBlocks {
  /// Brings infinite opacity logits next to 1 and 0, and log scales of nothing to the smallest.
  fileprivate mutating func holdInfinities() {
    let count = count
    withView { view in
      for index in 0..<count {
        let logit = view[Plane.opacityLogit, index]
        if logit.isInfinite { view[Plane.opacityLogit, index] = Quantum.logit(logit > 0 ? 1 : 0) }
        for axis in Plane.logScales..<Plane.logScales + 3 where view[axis, index] == -.infinity {
          view[axis, index] = Quantum.flatLogScale
        }
      }
    }
  }

  /// A 1 for each Gaussian with a parameter that is not finite or a rotation of length zero, else a
  /// 0.
  fileprivate var undrawable: [UInt8] {
    var flags = [UInt8](repeating: 0, count: count)
    let (planes, count, width) = (planes, count, Self.blockWidth)
    flags.withView { flags in
      storage.withReadOnlyView { view in
        Workers().forEachRange(blockCount, size: 512) { range, _ in
          for block in range {
            let base = block * planes * width
            // Zero times a number is zero unless the number is not finite.
            var check = Lanes(repeating: 0)
            var norm = Lanes(repeating: 0)
            for plane in 0..<planes {
              let value = view.lanes(base + plane * width)
              check = check + value * 0
              if plane >= Plane.rotations, plane < Plane.opacityLogit {
                norm = norm + value * value
              }
            }
            for lane in 0..<min(width, count - block * width)
            where !(check[lane] == 0 && norm[lane] > 0 && norm[lane].isFinite) {
              flags[block * width + lane] = 1
            }
          }
        }
      }
    }
    return flags
  }
}
