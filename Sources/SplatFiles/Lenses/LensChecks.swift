extension PhotoLens {
  /// The focal lengths, in pixels, that a photo can be taken with.
  static let focalLengths = 1e-6...1e9
  /// The largest parameter of the field-of-view model, in radians: at pi its tangent has a pole.
  private static let largestFieldOfView = 3.1

  /// Throws unless a lens with these parameters can have taken the photo.
  ///
  /// - Parameters:
  ///   - path: the file that the parameters come from, for messages.
  ///   - place: the place in it.
  ///   - model: the name of the lens model.
  func check(path: String, place: String?, model: String) throws(FileError) {
    // Focal lengths are positive.
    guard Self.focalLengths.contains(focalLength.x), Self.focalLengths.contains(focalLength.y)
    else {
      throw .bad(
        path, place, "a focal length of \(focalLength.x), \(focalLength.y); it must be positive")
    }
    // A lens that bends lines has its axis in the image.
    guard !distortion.isNone, !distortion.isPanorama else { return }
    let size = SIMD2(Double(width), Double(height))
    guard width > 1, height > 1, principalPoint.x > 0, principalPoint.y > 0,
      principalPoint.x < size.x - 0.5, principalPoint.y < size.y - 0.5
    else {
      throw .bad(
        path, place,
        """
        the principal point \(principalPoint.x), \(principalPoint.y) lies outside the image of \
        \(width) x \(height) pixels; with the lens model \(model) it must lie inside
        """)
    }
    // The coefficients keep the image in order at least half way to its borders.
    guard abs(distortion.fieldOfView) < Self.largestFieldOfView else {
      throw .bad(
        path, place,
        "a field of view of \(distortion.fieldOfView) radians; less than pi was expected")
    }
    let quarters = [SIMD2(0.25, 0.5), SIMD2(0.75, 0.5), SIMD2(0.5, 0.25), SIMD2(0.5, 0.75)]
    guard quarters.allSatisfy({ point(of: $0 * size) != nil }) else {
      throw .bad(
        path, place,
        """
        the distortion of the lens model \(model) folds the image onto itself half way from its \
        centre; other coefficients were expected
        """)
    }
  }
}
