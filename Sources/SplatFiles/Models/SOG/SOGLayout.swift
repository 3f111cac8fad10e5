/// How SOG models are laid out in files and pixels.
enum SOGLayout {
  /// The description that names the images.
  static let description = "meta.json"
  /// The channels of every image.
  static let channels = 4
  /// Entries of the palette in a row of its image, each of as many pixels as it has coefficients.
  static let entriesPerRow = 64
  /// The fourth byte of a rotation is this plus the index of the part that was left out.
  static let rotationMark = 252
}
