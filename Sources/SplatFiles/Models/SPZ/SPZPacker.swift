import SplatCore

/// Packs single Gaussians.
struct SPZPacker {
  /// What a position is multiplied by.
  let scale: Float
  /// The largest coordinate that fits.
  let border: Float
  /// The coefficients of a channel after the constant one.
  let rest: Int
  let harmonicBits: Int
  private let flip = SPZNumbers.flip
  private let harmonicSigns = SPZNumbers.flip.harmonicSigns

  init(scale: Float, border: Float, rest: Int, harmonicBits: Int) {
    self.scale = scale
    self.border = border
    self.rest = rest
    self.harmonicBits = harmonicBits
  }

  func pack(_ index: Int, of view: ParameterView, into arrays: [BufferView<UInt8>]) {
    // A Gaussian beyond the border comes nearer along its direction, and shrinks in proportion.
    var mean = view.vector(Plane.means, index)
    let reach = max(abs(mean.x), abs(mean.y), abs(mean.z))
    let share = reach > border ? border / reach : 1
    if share < 1 { mean *= share }
    let growth = share < 1 ? Float.log(share) : 0
    let place = mean * flip.signs * scale
    for axis in 0..<3 {
      let number = Int32(place[axis] + (place[axis] < 0 ? -0.5 : 0.5))
      for byte in 0..<3 {
        arrays[0][index * 9 + axis * 3 + byte] = UInt8(
          truncatingIfNeeded: number >> Int32(byte * 8))
      }
      let color = view[Plane.sh + axis, index] * SPZNumbers.colorScale + 0.5
      arrays[2][index * 3 + axis] = Quantum.byte(color * 255 + 0.5)
      let logScale = view[Plane.logScales + axis, index] + growth
      arrays[3][index * 3 + axis] = Quantum.byte(
        (logScale - SPZNumbers.smallestLogScale) * SPZNumbers.logScaleSteps + 0.5)
    }
    arrays[1][index] = Quantum.byte(
      Logistic.forward(view[Plane.opacityLogit, index]) * 255 + 0.5)
    arrays[4].store(packed(view.rotation(index)), at: index * 4)
    for entry in 0..<rest * 3 {
      let value = view[Plane.sh + 3 + entry, index] * harmonicSigns[entry / 3]
      arrays[5][index * rest * 3 + entry] = byte(ofHarmonic: value)
    }
  }

  /// The smallest three parts of a quaternion in the order x, y, z, w, and which the fourth is.
  private func packed(_ rotation: Quaternion<Float>) -> UInt32 {
    let q = rotation.unit
    let signs = flip.rotationSigns
    let packed = SmallestThree(SIMD4(q.x * signs.x, q.y * signs.y, q.z * signs.z, q.w))
    var bits = UInt32(packed.largest)
    for place in 0..<3 {
      let value = packed.others[place]
      let magnitude = min(
        SPZNumbers.largestPart,
        UInt32(Float(SPZNumbers.largestPart) * abs(value) * Float(2).squareRoot() + 0.5))
      bits = bits << 10 | (value < 0 ? SPZNumbers.partSign : 0) | magnitude
    }
    return bits
  }

  /// A coefficient of -1...1 as a byte, brought to the middle of one of 2^bits buckets.
  private func byte(ofHarmonic value: Float) -> UInt8 {
    let scaled = min(
      max(value * SPZNumbers.harmonicScale, -SPZNumbers.harmonicScale), SPZNumbers.harmonicScale - 1
    )
    let fine = Int32(scaled + (SPZNumbers.harmonicScale + 0.5))
    let bucket = Int32(1) << Int32(8 - harmonicBits)
    return UInt8(min(255, (fine + bucket / 2) / bucket * bucket))
  }
}
