import SplatCore

extension SPZArrays {
  /// Packs a model.
  ///
  /// - Parameter harmonicBits: the bits that are kept of each SH coefficient after the constant one.
  /// - Throws: an error if a position lies too far out for 24 bits.
  init(
    _ splats: Splats, version: UInt32, harmonicBits: Int, workers: Workers, path: String
  ) throws(FileError) {
    let parameters = splats.parameters
    let bits = try Self.fractionalBits(parameters, path: path)
    let header = SPZHeader(
      version: version, count: splats.count, shDegree: splats.shDegree, fractionalBits: bits,
      isAntialiased: splats.isAntialiased)
    var bytes = [UInt8](repeating: 0, count: header.totalSize)
    let packer = SPZPacker(
      scale: Float(1 << bits), rest: header.restCount, harmonicBits: harmonicBits)
    let ranges = header.ranges
    bytes.withView { bytes in
      let arrays = ranges.map { bytes.slice($0) }
      parameters.withReadOnlyView { view in
        workers.forEachRange(header.count, size: 4096) { range, _ in
          for index in range { packer.pack(index, of: view, into: arrays) }
        }
      }
    }
    self.init(header: header, bytes: bytes)
  }

  /// The bits after the point: 12 as the reference writes, more for a model that is small, fewer for
  /// one that would not fit.
  private static func fractionalBits(_ parameters: ParameterBlocks, path: String)
    throws(FileError) -> Int
  {
    var largest: Float = 0
    parameters.withReadOnlyView { view in
      for index in 0..<parameters.count {
        let place = view.vector(Plane.means, index)
        largest = max(largest, abs(place.x), abs(place.y), abs(place.z))
      }
    }
    // 24 bits with a sign hold -2^23...2^23 - 1; a half goes to rounding.
    let limit: Float = 8_388_606
    guard largest < limit else {
      throw FileError(
        .cannotWrite, path: path,
        problem: """
          a Gaussian lies \(largest) from the origin, farther than the format can say \
          (\(Int(limit))); --crop-sphere leaves it out
          """)
    }
    var bits = 12
    while largest * Float(1 << bits) >= limit { bits -= 1 }
    while bits < 20, largest * Float(1 << (bits + 1)) < 32_768 { bits += 1 }
    return bits
  }
}

/// Packs single Gaussians.
private struct SPZPacker {
  /// What a position is multiplied by.
  let scale: Float
  /// The coefficients of a channel after the constant one.
  let rest: Int
  let harmonicBits: Int
  private let flip = SPZArrays.flip
  private let harmonicSigns = SPZArrays.flip.harmonicSigns

  init(scale: Float, rest: Int, harmonicBits: Int) {
    self.scale = scale
    self.rest = rest
    self.harmonicBits = harmonicBits
  }

  func pack(_ index: Int, of view: ParameterView, into arrays: [BufferView<UInt8>]) {
    let place = view.vector(Plane.means, index) * flip.signs * scale
    for axis in 0..<3 {
      let number = Int32(place[axis] + (place[axis] < 0 ? -0.5 : 0.5))
      for byte in 0..<3 {
        arrays[0][index * 9 + axis * 3 + byte] = UInt8(
          truncatingIfNeeded: number >> Int32(byte * 8))
      }
      let color = view[Plane.sh + axis, index] * SPZArrays.colorScale + 0.5
      arrays[2][index * 3 + axis] = Quantum.byte(color * 255 + 0.5)
      let logScale = view[Plane.logScales + axis, index]
      arrays[3][index * 3 + axis] = Quantum.byte((logScale + 10) * 16 + 0.5)
    }
    arrays[1][index] = Quantum.byte(
      Quantum.opacity(view[Plane.opacityLogit, index]) * 255 + 0.5)
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
      let magnitude = min(511, UInt32(511 * abs(value) * Float(2).squareRoot() + 0.5))
      bits = bits << 10 | (value < 0 ? 512 : 0) | magnitude
    }
    return bits
  }

  /// A coefficient of -1...1 as a byte, brought to the middle of one of 2^bits buckets.
  private func byte(ofHarmonic value: Float) -> UInt8 {
    let scaled = min(max(value * 128, -128), 127)
    let fine = Int32(scaled + 128.5)
    let bucket = Int32(1) << Int32(8 - harmonicBits)
    return UInt8(min(255, (fine + bucket / 2) / bucket * bucket))
  }
}
