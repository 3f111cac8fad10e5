/// An image as it was decoded: bytes, row by row from the top left, channels together.
public struct Photo: Sendable, Equatable {
  /// The number of pixels in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// 3 for red, green, blue; 4 with an alpha that the colours are not multiplied by.
  public let channels: Int
  /// height x width x channels.
  public var bytes: [UInt8]
  /// height x width x channels, 65535 for what is 255 in ``bytes``, if the photo has 16 bits a
  /// sample; else empty.
  public let deepSamples: [UInt16]

  /// Creates a photo from its bytes, whose number must fit the other arguments.
  public init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    precondition(channels == 3 || channels == 4, "a photo has 3 or 4 channels")
    precondition(bytes.count == width * height * channels, "a photo's bytes fit its size")
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
    deepSamples = []
  }

  /// Creates a photo from samples of 16 bits, whose number must fit the other arguments; ``bytes``
  /// are those nearest to them.
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
