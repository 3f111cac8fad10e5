/// A rendered image: planes of floats, row by row from the top left.
public struct Frame: Sendable, Equatable {
  /// The number of pixels in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The red plane: height x width, display values (sRGB, as the photos), not clamped.
  public var red: [Float]
  /// The green plane, like ``red``.
  public var green: [Float]
  /// The blue plane, like ``red``.
  public var blue: [Float]
  /// The opacity: height x width, 0...1.
  public var alpha: [Float]
  /// The expected depth: height x width, camera z in world units, the blended depth divided by
  /// alpha; 0 where alpha is 0. Empty if it was not requested.
  public var depth: [Float]

  /// Creates a frame of zeros.
  public init(width: Int, height: Int, includesDepth: Bool = false) {
    self.width = width
    self.height = height
    red = [Float](repeating: 0, count: width * height)
    green = red
    blue = red
    alpha = red
    depth = includesDepth ? red : []
  }

  /// The colours as bytes: height x width x 3, clamped to 0...1 and rounded.
  public var rgb8: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: width * height * 3)
    for pixel in 0..<width * height {
      bytes[pixel * 3] = Self.byte(red[pixel])
      bytes[pixel * 3 + 1] = Self.byte(green[pixel])
      bytes[pixel * 3 + 2] = Self.byte(blue[pixel])
    }
    return bytes
  }

  /// The byte nearest to a value of 0...1; values outside are clamped.
  public static func byte(_ value: Float) -> UInt8 {
    guard value > 0 else { return 0 }
    return value < 1 ? UInt8(value * 255 + 0.5) : 255
  }
}
