/// Random numbers that depend on a seed and a position, not on earlier draws.
///
/// A stream is identified by the run's seed, a purpose and the iteration, so that a resumed run
/// draws what an uninterrupted one would. The generator is SplitMix64 (Steele, Lea, Flood, OOPSLA
/// 2014).
package struct RandomSource: RandomNumberGenerator, Sendable {
  /// What the numbers are for; each purpose has streams of its own.
  package enum Purpose: UInt64, Sendable {
    case viewOrder = 1
    case background
    case split
    case relocate
    case noise
    case initialization
    case testing
    case palette
    case scoredViews
    case dropout
  }

  private var state: UInt64

  /// The stream of `purpose` at `position`.
  package init(seed: UInt64, purpose: Purpose, position: UInt64 = 0) {
    state = Self.mixed(Self.mixed(Self.mixed(seed) &+ purpose.rawValue) &+ position)
  }

  /// What a draw adds to the state.
  private static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// The next 64 random bits.
  package mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mixed(state)
  }

  /// Leaves out `count` draws of 64 bits, in as much time as one takes.
  package mutating func skip(_ count: Int) {
    state &+= UInt64(truncatingIfNeeded: count) &* Self.increment
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number in 0..<1.
  package mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number in 0..<1 with all the bits of a `Double`.
  package mutating func uniformDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number of the standard normal distribution (Box and Muller, 1958).
  package mutating func normal() -> Float {
    let radius = (-2 * Double.log(1 - uniformDouble())).squareRoot()
    return Float(radius * Double.cos(2 * .pi * uniformDouble()))
  }

  /// An index in `0..<count`.
  package mutating func index(below count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// `elements` in random order (Fisher and Yates).
  package mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var result = elements
    for last in stride(from: result.count - 1, to: 0, by: -1) {
      result.swapAt(last, index(below: last + 1))
    }
    return result
  }
}
