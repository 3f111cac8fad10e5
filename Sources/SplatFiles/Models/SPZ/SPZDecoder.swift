import SplatCore

/// Unpacks single Gaussians.
struct SPZDecoder {
  private let header: SPZHeader
  private let positions, alphas, colors, scales, rotations, harmonics: BufferView<UInt8>
  private let positionScale: Float
  private let harmonicSigns = SPZNumbers.flip.harmonicSigns

  init(header: SPZHeader, bytes: BufferView<UInt8>) {
    self.header = header
    let ranges = header.ranges
    positions = bytes.slice(ranges[0])
    alphas = bytes.slice(ranges[1])
    colors = bytes.slice(ranges[2])
    scales = bytes.slice(ranges[3])
    rotations = bytes.slice(ranges[4])
    harmonics = bytes.slice(ranges[5])
    positionScale = 1 / Float(1 << header.fractionalBits)
  }

  func decode(_ index: Int, into view: ParameterView) {
    view.setVector(Plane.means, index, position(index) * SPZNumbers.flip.signs)
    view[Plane.opacityLogit, index] = Quantum.logit(Float(alphas[index]) / 255)
    for axis in 0..<3 {
      let place = index * 3 + axis
      view[Plane.sh + axis, index] = (Float(colors[place]) / 255 - 0.5) / SPZNumbers.colorScale
      view[Plane.logScales + axis, index] =
        Float(scales[place]) / SPZNumbers.logScaleSteps + SPZNumbers.smallestLogScale
    }
    let q = header.version < 3 ? firstThree(index) : smallestThree(index)
    let signs = SPZNumbers.flip.rotationSigns
    view.setRotation(
      index, Quaternion(w: q[3], x: q[0] * signs.x, y: q[1] * signs.y, z: q[2] * signs.z))
    let rest = header.restCount
    for coefficient in 0..<rest {
      for channel in 0..<3 {
        let byte = harmonics[(index * rest + coefficient) * 3 + channel]
        view[Plane.sh + (coefficient + 1) * 3 + channel, index] =
          (Float(byte) - SPZNumbers.harmonicScale) / SPZNumbers.harmonicScale
          * harmonicSigns[coefficient]
      }
    }
  }

  private func position(_ index: Int) -> SIMD3<Float> {
    var result = SIMD3<Float>()
    for axis in 0..<3 {
      let place = index * header.positionSize + axis * header.positionSize / 3
      let (low, high) = (positions[place], positions[place + 1])
      if header.version == 1 {
        result[axis] = Half.float(UInt16(low) | UInt16(high) << 8)
        continue
      }
      // The three bytes go to the top of 32 bits, so that the shift back brings the sign along.
      let bits = UInt32(low) << 8 | UInt32(high) << 16 | UInt32(positions[place + 2]) << 24
      result[axis] = Float(Int32(bitPattern: bits) >> 8) * positionScale
    }
    return result
  }

  /// The quaternion x, y, z, w of versions 1 and 2, whose w is not negative.
  private func firstThree(_ index: Int) -> SIMD4<Float> {
    var q = SIMD4<Float>()
    for part in 0..<3 { q[part] = Float(rotations[index * 3 + part]) / 127.5 - 1 }
    q[3] = max(0, 1 - (q * q).sum()).squareRoot()
    return q
  }

  /// The quaternion x, y, z, w of versions 3 and 4.
  private func smallestThree(_ index: Int) -> SIMD4<Float> {
    var bits: UInt32 = 0
    for byte in 0..<4 { bits |= UInt32(rotations[index * 4 + byte]) << UInt32(byte * 8) }
    var others = SIMD3<Float>()
    // The last part is in the lowest bits: nine of magnitude below one of sign.
    for place in 0..<3 {
      let part = bits >> UInt32((2 - place) * 10)
      let magnitude =
        Float(part & SPZNumbers.largestPart) / Float(SPZNumbers.largestPart)
        * Float(0.5).squareRoot()
      others[place] = part & SPZNumbers.partSign != 0 ? -magnitude : magnitude
    }
    return SmallestThree(largest: Int(bits >> 30), others: others).parts
  }
}
