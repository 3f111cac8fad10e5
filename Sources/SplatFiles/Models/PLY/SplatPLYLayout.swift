import SplatCore

/// Which column of a PLY file goes to which plane of ``ParameterBlocks``, and the conversion.
struct SplatPLYLayout {
  /// The number of Gaussians.
  let count: Int
  let shDegree: Int
  private let reader: PLYReader
  private let element: PLYHeader.Element
  /// The index of the property of each plane.
  private let properties: [Int]

  /// The columns of the release's files, in their order; columns without a plane hold zeros.
  static func planes(shDegree: Int) -> [(name: String, plane: Int?)] {
    let rest = 3 * HarmonicCounts.rest(shDegree)
    var columns: [(name: String, plane: Int?)] = []
    for (axis, name) in ["x", "y", "z"].enumerated() { columns.append((name, Plane.means + axis)) }
    for name in ["nx", "ny", "nz"] { columns.append((name, nil)) }
    for channel in 0..<3 { columns.append(("f_dc_\(channel)", Plane.sh + channel)) }
    for index in 0..<rest { columns.append(("f_rest_\(index)", plane(ofRest: index, of: rest))) }
    columns.append(("opacity", Plane.opacityLogit))
    for axis in 0..<3 { columns.append(("scale_\(axis)", Plane.logScales + axis)) }
    for part in 0..<4 { columns.append(("rot_\(part)", Plane.rotations + part)) }
    return columns
  }

  /// The plane of a coefficient after the constant ones.
  ///
  /// They lie channel by channel in the file and coefficient by coefficient in memory.
  @inline(__always)
  static func plane(ofRest index: Int, of count: Int) -> Int {
    let rest = count / 3
    return Plane.sh + (index % rest + 1) * 3 + index / rest
  }

  init(_ reader: PLYReader) throws(FileError) {
    // The element with the Gaussians, and its properties by name.
    let path = reader.path
    guard let element = reader.element("vertex") else {
      throw .bad(path, "header", "has no element `vertex`")
    }
    guard element.count > 0 else { throw .bad(path, "element vertex", "holds no Gaussians") }
    var indices: [String: Int] = [:]
    for (index, property) in element.properties.enumerated() where property.lengthType == nil {
      indices[property.name] = index
    }
    guard indices["f_dc_0"] != nil || indices["red"] == nil else {
      throw .bad(path, "element vertex", "is a point cloud (red, but no f_dc_0), not a model")
    }
    // The degree follows from the number of coefficients.
    let rest = element.properties.count { $0.name.hasPrefix("f_rest_") }
    guard let shDegree = HarmonicCounts.degree(ofRest: rest) else {
      throw .bad(
        path, "element vertex",
        "has \(rest) properties f_rest_*; 0, 9, 24, 45 or 72 were expected (SH degree 0 to 4)")
    }
    // The property of every plane.
    var properties = [Int](repeating: 0, count: Plane.count(shDegree: shDegree))
    for (name, plane) in Self.planes(shDegree: shDegree) {
      guard let plane else { continue }
      guard let index = indices[name] else {
        throw .bad(path, "element vertex", "has no property `\(name)`")
      }
      properties[plane] = index
    }
    // The file must hold as many rows as it announces.
    guard element.count <= Int32.max else {
      throw .bad(path, "element vertex", "\(element.count) Gaussians are more than can be held")
    }
    try reader.checkCount(element, from: reader.header.dataOffset)
    _ = try reader.table("vertex")
    self.reader = reader
    self.element = element
    self.shDegree = shDegree
    self.properties = properties
    count = element.count
  }

  /// Fills `parameters`.
  func convert(into parameters: inout ParameterBlocks) throws(FileError) {
    guard let table = try reader.table("vertex") else {
      try reader.forEachRow(of: "vertex") { (row, values) throws(FileError) in
        for (plane, property) in properties.enumerated() {
          parameters[plane, row] = Float(values[property])
        }
      }
      return
    }
    let types = properties.map { element.properties[$0].type }
    let isPlain = reader.header.format == .littleEndian && types.allSatisfy { $0 == .float }
    let offsets = properties.map { table.columns[$0] }
    let (bytes, isBigEndian) = (reader.bytes, reader.header.format == .bigEndian)
    convertRows(table, into: &parameters) { row, plane in
      let offset = row + offsets[plane]
      if isPlain { return bytes.float(at: offset) }
      return Float(types[plane].load(bytes, at: offset, isBigEndian: isBigEndian))
    }
  }

  /// Fills the blocks with what `value` finds for a row's position and a plane.
  @inline(__always)
  private func convertRows(
    _ table: PLYReader.Table, into parameters: inout ParameterBlocks,
    _ value: @Sendable (_ row: Int, _ plane: Int) -> Float
  ) {
    let planes = parameters.planes
    parameters.withView { view in
      reader.bytes.forEachRow(count, from: table.offset, size: table.stride) { index in
        let row = table.offset + index * table.stride
        for plane in 0..<planes { view[plane, index] = value(row, plane) }
      }
    }
  }
}
