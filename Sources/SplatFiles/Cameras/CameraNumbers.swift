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

  /// A focal length in pixels.
  func focalLength() throws(FileError) -> Double {
    let value = try number()
    guard PhotoLens.focalLengths.contains(value) else {
      throw bad("is \(value); a positive focal length in pixels was expected")
    }
    return value
  }
}
