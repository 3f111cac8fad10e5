public import SplatCore

/// A model as it was read from a file.
public struct SplatFile: Sendable {
  /// The Gaussians.
  public var splats: Splats
  /// The number of Gaussians left out because a parameter was not finite or the rotation was zero.
  public var dropped: Int
  /// The comments of the file, without the word `comment`.
  public var comments: [String] = []
  /// How the model was stored.
  public var format: ModelFormat

  /// Creates a result from its parts.
  public init(
    splats: Splats, dropped: Int = 0, comments: [String] = [], format: ModelFormat = .ply
  ) {
    self.splats = splats
    self.dropped = dropped
    self.comments = comments
    self.format = format
  }

  /// Leaves out of `splats` the Gaussians that cannot be drawn.
  ///
  /// - Throws: an error about the file `path` if none is left.
  package init(
    checking splats: consuming Splats, format: ModelFormat, path: String, comments: [String] = []
  ) throws(FileError) {
    let count = splats.count
    splats.dropUndrawable()
    guard splats.count > 0 else {
      throw .bad(
        path, nil,
        "none of \(count) Gaussians has finite parameters and a rotation that is not zero")
    }
    dropped = count - splats.count
    self.splats = splats
    self.comments = comments
    self.format = format
  }
}

extension Splats {
  /// Leaves out Gaussians with a parameter that is not finite or a rotation of length zero.
  mutating func dropUndrawable() {
    let isDropped = parameters.undrawable
    guard isDropped.contains(1) else { return }
    parameters.remove(isDropped)
  }
}

extension ParameterBlocks {
  /// A 1 for each Gaussian with a parameter that is not finite or a rotation of length zero, else a 0.
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
