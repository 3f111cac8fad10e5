public import SplatCore

/// Point clouds as PLY files: positions, and colours of 0...255 if the file has them.
public enum PointCloudPLY {
  /// Reads the point cloud at `path`; points without colour are grey, points that are not finite
  /// are left out.
  public static func read(path: String) throws(FileError) -> PointCloud {
    try read(path: path, origin: .zero)
  }

  /// As ``read(path:)``, with positions relative to `origin`.
  static func read(path: String, origin: SIMD3<Double>) throws(FileError) -> PointCloud {
    try read(PLYReader(try FileBytes(path: path), path: path), origin)
  }

  /// Reads a point cloud from the bytes of a file; `path` is for messages.
  public static func read(_ bytes: [UInt8], path: String) throws(FileError) -> PointCloud {
    try read(PLYReader(FileBytes(bytes), path: path), .zero)
  }

  private static func read(_ reader: PLYReader, _ origin: SIMD3<Double>) throws(FileError)
    -> PointCloud
  {
    var cloud = PointCloud()
    try forEachPoint(reader) { position, color in
      cloud.positions.append(SIMD3<Float>(position - origin))
      cloud.colors.append(color)
    }
    return cloud
  }

  /// Lends each point of the cloud at `path` to `body`, as ``read(path:)`` reads it but in the
  /// precision of the file.
  static func forEachPoint(
    path: String, _ body: (SIMD3<Double>, SIMD3<UInt8>) -> Void
  ) throws(FileError) {
    try forEachPoint(PLYReader(try FileBytes(path: path), path: path), body)
  }

  private static func forEachPoint(
    _ reader: PLYReader, _ body: (SIMD3<Double>, SIMD3<UInt8>) -> Void
  ) throws(FileError) {
    guard let element = reader.element("vertex") else {
      throw .bad(reader.path, "header", "has no element `vertex`")
    }
    // The columns of positions and colours.
    func index(_ name: String) -> Int? {
      element.properties.firstIndex { $0.name == name && $0.lengthType == nil }
    }
    guard let x = index("x"), let y = index("y"), let z = index("z") else {
      throw .bad(reader.path, "element vertex", "lacks one of the properties x, y and z")
    }
    let red = index("red") ?? index("r")
    let green = index("green") ?? index("g")
    let blue = index("blue") ?? index("b")
    // Colours of a floating-point type are fractions of white.
    let scale = red.map { element.properties[$0].type.isFloat ? 255.0 : 1.0 } ?? 1
    func byte(_ value: Double) -> UInt8 {
      let scaled = value * scale
      guard scaled > 0 else { return 0 }
      return UInt8(min(255, scaled.rounded()))
    }
    // The rows.
    try reader.forEachRow(of: "vertex") { (_, values) throws(FileError) in
      let position = SIMD3(values[x], values[y], values[z])
      guard (0..<3).allSatisfy({ Float(position[$0]).isFinite }) else { return }
      if let red, let green, let blue {
        body(position, SIMD3(byte(values[red]), byte(values[green]), byte(values[blue])))
      } else {
        body(position, SIMD3(repeating: PointCloud.grey))
      }
    }
  }

  /// Writes a point cloud to `path`: positions as floats, colours as bytes.
  public static func write(_ cloud: PointCloud, to path: String) throws(FileError) {
    var header = ModelPLYHeader.start(isAntialiased: false, comments: [])
    header += "element vertex \(cloud.count)\n"
    for name in ["x", "y", "z"] { header += "property float \(name)\n" }
    for name in ["red", "green", "blue"] { header += "property uchar \(name)\n" }
    header += "end_header\n"
    try FileOutput.write(to: path) { (output: inout FileOutput) throws(FileError) in
      try output.append(Array(header.utf8))
      try output.append(rows: cloud.count, size: 15) { row, target in
        for axis in 0..<3 {
          target.store(cloud.positions[row][axis], at: axis * 4)
          target[12 + axis] = cloud.colors[row][axis]
        }
      }
    }
  }
}
