import SplatCore

/// How SPZ files write numbers.
enum SPZNumbers {
  /// Between the files' frame, x right, y up, z back, and this program's.
  static let flip = AxisFlip.yz
  /// A colour is written as this times its constant coefficient, plus 0.5.
  static let colorScale: Float = 0.15
  /// A log scale is written in 16ths, from -10 on.
  static let logScaleSteps: Float = 16
  static let smallestLogScale: Float = -10
  /// The magnitude of a part of a rotation, in units of the largest, takes nine bits; the tenth is
  /// its sign.
  static let largestPart: UInt32 = 511
  static let partSign: UInt32 = 512
  /// An SH coefficient of -1...1 is written as this times it, plus this.
  static let harmonicScale: Float = 128
}
