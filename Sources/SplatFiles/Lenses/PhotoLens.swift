/// The lens and sensor that took a photo, in the pixels of its file.
public struct PhotoLens: Sendable, Equatable {
  /// The number of pixels in a row.
  public var width: Int
  /// The number of rows.
  public var height: Int
  /// The focal lengths along x and y, in pixels.
  public var focalLength: SIMD2<Double>
  /// Where the optical axis meets the image, in pixels; the centre of the first pixel is (0.5,
  /// 0.5).
  public var principalPoint: SIMD2<Double>
  /// How the lens bends straight lines.
  public var distortion: LensDistortion

  /// Creates a lens from its parts.
  public init(
    width: Int, height: Int, focalLength: SIMD2<Double>, principalPoint: SIMD2<Double>,
    distortion: LensDistortion
  ) {
    self.width = width
    self.height = height
    self.focalLength = focalLength
    self.principalPoint = principalPoint
    self.distortion = distortion
  }

  /// The pixel that sees the point `point` on the plane at distance 1, if there is one.
  public func pixel(of point: SIMD2<Double>) -> SIMD2<Double>? {
    distortion.distorted(point).map { $0 * focalLength + principalPoint }
  }

  /// The point on the plane at distance 1 that the pixel at `pixel` sees, if there is one.
  public func point(of pixel: SIMD2<Double>) -> SIMD2<Double>? {
    distortion.undistorted((pixel - principalPoint) / focalLength)
  }

  /// The same lens before a photo of another size: the true ratios of the sizes scale each axis.
  public func resized(width newWidth: Int, height newHeight: Int) -> PhotoLens {
    let ratio = SIMD2(Double(newWidth) / Double(width), Double(newHeight) / Double(height))
    return PhotoLens(
      width: newWidth, height: newHeight, focalLength: focalLength * ratio,
      principalPoint: principalPoint * ratio, distortion: distortion)
  }
}
