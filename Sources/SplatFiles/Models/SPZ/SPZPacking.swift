import SplatCore

extension SPZArrays {
  /// Packs a model.
  ///
  /// - Parameter harmonicBits: the bits that are kept of each SH coefficient after the constant
  ///   one.
  ///   - warning: is told of what is changed, because the format cannot hold it.
  /// - Throws: an error if the model as a whole lies too far out for 24 bits.
  init(
    _ splats: Splats, version: UInt32, harmonicBits: Int, workers: Workers, path: String,
    warning: (String) -> Void
  ) throws(FileError) {
    let parameters = splats.parameters
    // Choose the step of positions.
    let (bits, strays) = try Self.fractionalBits(parameters, path: path)
    let border = Self.largestNumber / Float(1 << bits)
    if strays > 0 {
      warning(
        """
        \(path): \(strays) of \(splats.count) Gaussians lie far out; they were brought to \
        \(Int(border)) units from the origin, as small as they look from there, so that the others \
        keep their places
        """)
    }
    if bits < Self.usualBits {
      warning("\(path): positions are rounded to 1/\(1 << bits) of a unit, as the format asks")
    }
    // Pack the Gaussians.
    let header = SPZHeader(
      version: version, count: splats.count, shDegree: splats.shDegree, fractionalBits: bits,
      isAntialiased: splats.isAntialiased)
    var bytes = [UInt8](repeating: 0, count: header.totalSize)
    let packer = SPZPacker(
      scale: Float(1 << bits), border: border, rest: header.restCount,
      harmonicBits: harmonicBits)
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

  /// This share of the Gaussians, and all up to some times their distance, must fit.
  private static let bulk = 0.9
  private static let bulkDistances: Float = 10

  /// The bits after the point, and the number of Gaussians that do not fit then.
  ///
  /// 12 bits as the reference writes, more for a model that is small. A few Gaussians far out do
  /// not count; the bits are fewer only for a model that is large as a whole.
  private static func fractionalBits(_ parameters: ParameterBlocks, path: String)
    throws(FileError) -> (bits: Int, strays: Int)
  {
    var distances = parameters.withReadOnlyView { view in
      (0..<parameters.count).map { index in
        let place = view.vector(Plane.means, index)
        return max(abs(place.x), abs(place.y), abs(place.z))
      }
    }
    var largest = distances.max() ?? 0
    if largest * Float(1 << usualBits) >= largestNumber {
      distances.sort()
      let bulk = distances[Int(Double(distances.count - 1) * bulk)] * bulkDistances
      let reach = max(bulk, largestNumber / Float(1 << usualBits))
      largest = distances.last { $0 < reach } ?? 0
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
    let strays = distances.count { $0 * Float(1 << bits) >= largestNumber }
    if strays == 0 {
      while bits < mostBits, largest * Float(1 << (bits + 1)) < smallNumber { bits += 1 }
    }
    return (bits, strays)
  }
}
