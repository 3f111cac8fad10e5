import SplatFiles

/// The header of a binary message: its length in 4 bytes, little-endian, then this as JSON, and
/// after it the bytes of the picture.
struct PictureHeader: Encodable {
  /// What the bytes are.
  enum Kind: String, Encodable { case frame, screenshot, photo, points }
  /// How they are encoded.
  enum Format: String, Encodable {
    case jpeg, png
    /// 32-bit floats, little-endian: x, y and z of each point.
    case floats
  }

  var kind: Kind
  var format: Format
  /// The number that the page confirms.
  var picture: Int?
  /// The serial number of the view request, or the index of the photo.
  var serial = 0
  /// The size that was drawn, which is smaller than requested while the camera moves.
  var width = 0
  var height = 0
  /// The milliseconds that drawing and compressing took.
  var drawing = 0.0
  var compressing = 0.0
  /// The number of Gaussians.
  var splats: Int?
  /// The number of iterations, while the model is being trained.
  var iteration: Int?
  /// The values at the two ends of the colour scale.
  var range: ColorRange?

  /// The message: the header and `bytes` after it.
  func message(_ bytes: [UInt8]) -> [UInt8] {
    let header = Array(ViewerMessage.text(self).utf8)
    var length = LittleEndianBytes()
    length.append(UInt32(header.count))
    return length.bytes + header + bytes
  }
}
