import SplatCore

/// The peak signal-to-noise ratio of a render, whose values are clamped to 0...1.
package enum PSNR {
  /// Smaller mean squared errors count as this one, so that equal images have a finite ratio: 100
  /// dB.
  private static let smallestSquaredError = 1e-10

  /// The ratio in decibels for a mean squared error of values of 0...1.
  package static func decibels(squaredError: Double) -> Double {
    -10 * Double.log(max(squaredError, smallestSquaredError)) / Double.log(10)
  }

  /// The sum of (x - y)² over a row, lane by lane; past its end both images are 0.
  static func squaredErrors(ofRow row: Int, of images: ImagePair, channel: Int) -> Lanes {
    let start = images.render.rowStart(channel: channel, row)
    var sum = Lanes(0)
    for x in stride(from: start, to: start + images.render.width, by: Lanes.scalarCount) {
      let held = images.render.values.lanes(x).clamped(from: Lanes(0), to: Lanes(1))
      let error = held - images.photo.values.lanes(x)
      sum = sum.addingProduct(error, error)
    }
    return sum
  }
}
