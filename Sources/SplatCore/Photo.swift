/// An image as decoded: bytes, row by row from the top left, channels interleaved.
public struct Photo: Sendable, Equatable {
  /// The number of pixels in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// 3 for red, green and blue; 4 with straight alpha, by which the colours are not multiplied.
  public let channels: Int
  /// height x width x channels.
  public var bytes: [UInt8]
  /// height x width x channels, with 65535 where ``bytes`` has 255, if the photo has 16 bits per
  /// sample; otherwise empty.
  public let deepSamples: [UInt16]

  /// Creates a photo from its bytes, whose count must match the other arguments.
  public init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    precondition(channels == 3 || channels == 4, "a photo has 3 or 4 channels")
    precondition(bytes.count == width * height * channels, "a photo's bytes fit its size")
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
    deepSamples = []
  }

  /// Creates a photo from 16-bit samples, whose count must match the other arguments; ``bytes`` are
  /// the nearest bytes.
  public init(width: Int, height: Int, channels: Int, deepSamples: [UInt16]) {
    precondition(channels == 3 || channels == 4, "a photo has 3 or 4 channels")
    precondition(deepSamples.count == width * height * channels, "a photo's samples fit its size")
    self.width = width
    self.height = height
    self.channels = channels
    // 65535 is 255 times 257, which is odd: no sample lies between two bytes.
    bytes = deepSamples.map { UInt8((UInt32($0) + 128) / 257) }
    self.deepSamples = deepSamples
  }
}
