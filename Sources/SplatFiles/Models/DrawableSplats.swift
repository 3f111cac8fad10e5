import SplatCore

extension Splats {
  /// Leaves out Gaussians with a parameter that is not finite or a rotation of length zero.
  mutating func dropUndrawable() {
    let isDropped = parameters.undrawable
    guard isDropped.contains(1) else { return }
    parameters.remove(isDropped)
  }
}

extension ParameterBlocks {
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
