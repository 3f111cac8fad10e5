import SplatCore

/// The plain backdrop of an object.
///
/// With a random background a model has to fill in what photos show behind the object, where
/// nothing is to start from. With a background of the backdrop's colour it need not.
public enum PlainBackdrop {
  /// The number of photos that are looked at.
  private static let photos = 16
  /// The share of the outermost pixels that have the backdrop's colour.
  private static let share = 0.5
  /// How far their channels may be from it.
  private static let tolerance = 8
  /// The width of a bin of the histogram of colours.
  private static let bin = 16

  /// The colour of most of the outermost pixels of `photos`; nil if there is none, or if they are
  /// transparent or masked.
  public static func color(of photos: TrainingPhotos) -> SIMD3<Float>? {
    // Collect the outermost pixels of some photos.
    var pixels: [SIMD3<Int>] = []
    var total = 0
    let step = max(1, photos.count / Self.photos)
    for index in stride(from: 0, to: photos.count, by: step) {
      guard let view = photos.original(index) else { continue }
      let photo = view.photo
      for pixel in outermost(width: photo.width, height: photo.height) {
        total += 1
        let at = pixel * photo.channels
        let isOpaque = photo.channels == 3 || photo.bytes[at + 3] == 255
        guard isOpaque, view.mask?[pixel] != 0 else { continue }
        pixels.append(
          SIMD3(Int(photo.bytes[at]), Int(photo.bytes[at + 1]), Int(photo.bytes[at + 2])))
      }
    }

    // Take the mean colour of the fullest bin, and count the pixels that have about that.
    let bins = Dictionary(grouping: pixels) { $0 / Self.bin }
    guard
      let fullest = bins.max(by: {
        $0.value.count != $1.value.count
          ? $0.value.count < $1.value.count : order($0.key) > order($1.key)
      })?.value
    else { return nil }
    let sum = fullest.reduce(SIMD3<Int>.zero, &+)
    let mean = (sum &+ fullest.count / 2) / fullest.count
    let alike = pixels.filter { pixel in
      (0..<3).allSatisfy { abs(pixel[$0] - mean[$0]) <= Self.tolerance }
    }
    guard Double(alike.count) >= Self.share * Double(total) else { return nil }
    return SIMD3<Float>(mean) / 255
  }

  /// A number that tells bins apart.
  private static func order(_ bin: SIMD3<Int>) -> Int { (bin.x * 256 + bin.y) * 256 + bin.z }

  /// The indices of the pixels at the border of a photo.
  private static func outermost(width: Int, height: Int) -> [Int] {
    (0..<height).flatMap { y -> [Int] in
      let row = y * width
      let isEdge = y == 0 || y == height - 1
      return isEdge ? Array(row..<row + width) : Array(Set([row, row + width - 1])).sorted()
    }
  }
}
