public import SplatCore

/// The size that photos are scaled to before they are used.
public enum PhotoScale: Sendable, Equatable {
  /// The size of the file.
  case full
  /// Sides divided by a factor of at least 1, rounded.
  case downscale(Double)
  /// The longer side at most this many pixels, the other in proportion, rounded.
  case maximumSide(Int)

  /// The size that a photo of `width` x `height` is brought to: at least 1 x 1, never larger.
  public func size(width: Int, height: Int) -> (width: Int, height: Int) {
    let factor =
      switch self {
      case .full: 1.0
      case .downscale(let factor): max(1, factor)
      case .maximumSide(let side): max(1, Double(max(width, height)) / Double(max(1, side)))
      }
    func scaled(_ side: Int) -> Int {
      max(1, min(side, Int((Double(side) / factor).rounded())))
    }
    return (scaled(width), scaled(height))
  }

  /// The camera for the photo at its new size.
  public func camera(_ camera: Camera) -> Camera {
    let size = size(width: camera.width, height: camera.height)
    return camera.resized(width: size.width, height: size.height)
  }
}
