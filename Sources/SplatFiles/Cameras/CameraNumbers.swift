import SplatCore

extension JSONPlace {
  /// The number of pixels of an image's side, which some programs write with a fraction of zero.
  func imageSide() throws(FileError) -> Int {
    let number = try number()
    guard number >= 1, number <= Double(ImageLimits.largestSide), number == number.rounded() else {
      throw bad(
        "is \(number); a whole number of pixels, 1 to \(ImageLimits.largestSide), was expected")
    }
    return Int(number)
  }

  /// The focal length in pixels that an angle of view across `side` pixels gives.
  ///
  /// Angles are in degrees; up to pi they are taken for radians, unless `degreesOnly`.
  func focalLength(ofSide side: Int, degreesOnly: Bool = false) throws(FileError) -> Double {
    let value = try number()
    let angle = degreesOnly || value > .pi ? value * .pi / 180 : value
    guard angle > 1e-4, angle < 3.14 else {
      throw bad("is \(value); an angle of view between 0 and 180 degrees was expected")
    }
    // The cosine of an angle is the sine of what is left to a quarter turn.
    return Double(side) / 2 * Double.cos(angle / 2) / Double.cos(angle / 2 - .pi / 2)
  }

  /// A focal length in pixels.
  func focalLength() throws(FileError) -> Double {
    let value = try number()
    guard PhotoLens.focalLengths.contains(value) else {
      throw bad("is \(value); a positive focal length in pixels was expected")
    }
    return value
  }
}
