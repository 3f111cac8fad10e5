import SplatCore

extension SPZArrays {
  /// Packs a model.
  ///
  /// - Parameter harmonicBits: the bits that are kept of each SH coefficient after the constant
  ///   one.
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
        workers.forEachRange(header.count, size: Workers.rowsPerPiece) { range, _ in
          for index in range { packer.pack(index, of: view, into: arrays) }
        }
      }
    }
    self.init(header: header, bytes: bytes)
  }

  /// 24 bits with a sign hold -2^23...2^23 - 1; one less leaves room for rounding.
  private static let largestNumber: Float = 8_388_606
  /// The bits after the point that the reference writes, and the most that are written here.
  private static let usualBits = 12
  private static let mostBits = 20
  /// A model whose positions stay below this number gets more bits after the point.
  private static let smallNumber: Float = 32_768

  /// The bits after the point: 12 as the reference writes, more for a model that is small, fewer
  /// for one that would not fit.
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
    guard largest < largestNumber else {
      throw FileError(
        .cannotWrite, path: path,
        problem: """
          a Gaussian lies \(largest) from the origin, farther than the format can say \
          (\(Int(largestNumber))); --crop-sphere leaves it out
          """)
    }
    var bits = usualBits
    while largest * Float(1 << bits) >= largestNumber { bits -= 1 }
    while bits < mostBits, largest * Float(1 << (bits + 1)) < smallNumber { bits += 1 }
    return bits
  }
}
