/// MT19937 with 32-bit words (Matsumoto and Nishimura, ACM TOMACS 8(1), 1998), for scenes that
/// other programs have been measured on.
struct MersenneTwister {
  private var state: [UInt32]
  private var next = 624

  init(seed: UInt32) {
    state = [seed]
    for index in 1..<624 {
      let last = state[index - 1]
      state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
    }
  }

  private mutating func twist() {
    for index in 0..<624 {
      let joined = (state[index] & 0x8000_0000) | (state[(index + 1) % 624] & 0x7fff_ffff)
      let turned = (joined >> 1) ^ (joined & 1 == 1 ? 0x9908_b0df : 0)
      state[index] = state[(index + 397) % 624] ^ turned
    }
    next = 0
  }

  private mutating func word() -> UInt32 {
    if next == 624 { twist() }
    var y = state[next]
    next += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9d2c_5680
    y ^= (y << 15) & 0xefc6_0000
    return y ^ (y >> 18)
  }

  /// A number of 0..<1 with 53 bits, drawn from two words.
  mutating func uniform() -> Double {
    let (high, low) = (word() >> 5, word() >> 6)
    return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
  }
}
