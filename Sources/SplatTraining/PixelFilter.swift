package import SplatCore
import SplatRendering

/// The low-pass filter of each photo in a training on photos of several sizes.
///
/// A photo is the scene seen through pixels, and one of half the size is the mean of four pixels
/// of the larger: a box, whose variance along each axis is a 12th of the square of its side. The
/// filter with which the model is drawn for the finest photos is wider than their pixels, and the
/// model becomes sharper to make up for it. Were the filter as wide in the larger pixels of other
/// photos, the same model would be drawn too blurred there, and what is learnt would be neither.
/// So it has the variance of the finest photos' filter, in their pixels, and what larger boxes add.
package struct PixelFilter: Sendable {
  private let variances: [Float]

  /// The filters of photos that `cameras` took.
  package init(cameras: [Camera]) {
    let details = cameras.map { camera in
      SIMD2(
        (camera.focalLength.x * camera.focalLength.y).squareRoot(),
        Double(camera.width * camera.height).squareRoot())
    }
    let finest = details.reduce(SIMD2(repeating: 0)) { pointwiseMax($0, $1) }
    variances = details.map { detail in
      // A photo that was cut has fewer pixels, and one of a wider lens a shorter focal length, but
      // neither has larger pixels.
      let pixel = max(1, (finest / detail).min())
      return Float(Self.variance(ofPixel: pixel))
    }
  }

  /// The variance of the filter for the photo at `index`, in its square pixels.
  package subscript(index: Int) -> Float { variances[index] }

  /// `settings` with the filter for the photo at `index`.
  func applied(to settings: RenderSettings, photo index: Int) -> RenderSettings {
    var result = settings
    result.filterVariance = self[index]
    return result
  }

  /// The variance, in square pixels, for a photo whose pixels are `side` times as large as the
  /// finest.
  private static func variance(ofPixel side: Double) -> Double {
    let square = side * side
    return (Double(RenderSettings().filterVariance) + (square - 1) / 12) / square
  }
}
