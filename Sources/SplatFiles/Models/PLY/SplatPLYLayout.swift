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
  /// Whether there is no third scale, as in 2DGS (Huang and others, 2024).
  private let isFlat: Bool
  /// Whether there are colours in place of the constant coefficients.
  private let hasColors: Bool
  /// The index of the property with the sizes of a filter, as Mip-Splatting has.
  private let filter: Int?

  /// Colours that are fractions of white stay below this, even those of lights.
  private static let brightest: Float = 8

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
    let indices = Self.indices(element)
    let isPointCloud = indices["opacity"] == nil && indices["scale_0"] == nil
    guard indices["f_dc_0"] != nil || indices["red"] == nil || !isPointCloud else {
      throw .bad(path, "element vertex", "is a point cloud (red, but no f_dc_0), not a model")
    }
    // The degree follows from the number of coefficients.
    let rest = indices.keys.count { $0.hasPrefix("f_rest_") }
    guard let shDegree = HarmonicCounts.degree(ofRest: rest) else {
      throw .bad(
        path, "element vertex",
        "has \(rest) properties f_rest_*; 0, 9, 24, 45 or 72 were expected (SH degree 0 to 4)")
    }
    // The property of every plane; colours may stand in for the constant coefficients, and 2DGS has
    // two scales only.
    let isFlat = indices["scale_2"] == nil
    let hasColors = indices["f_dc_0"] == nil && indices["red"] != nil
    var properties = [Int](repeating: 0, count: Plane.count(shDegree: shDegree))
    for (name, plane) in Self.planes(shDegree: shDegree) {
      guard let plane else { continue }
      let color = ["f_dc_0": "red", "f_dc_1": "green", "f_dc_2": "blue"][name]
      let source = hasColors ? color ?? name : name == "scale_2" && isFlat ? "scale_1" : name
      guard let index = indices[source] else {
        throw .bad(path, "element vertex", "has no property `\(source)`")
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
    self.isFlat = isFlat
    self.hasColors = hasColors
    filter = indices["filter_3D"]
    count = element.count
  }

  /// The index of each property with numbers; CloudCompare puts `scalar_` before the names of all
  /// that are not its own.
  private static func indices(_ element: PLYHeader.Element) -> [String: Int] {
    var indices: [String: Int] = [:]
    var prefixed: [String: Int] = [:]
    for (index, property) in element.properties.enumerated() where property.lengthType == nil {
      if property.name.hasPrefix("scalar_") {
        prefixed[String(property.name.dropFirst("scalar_".count))] = index
      }
      indices[property.name] = index
    }
    return indices.merging(prefixed) { plain, _ in plain }
  }

  /// Fills `parameters`, and returns what was taken away from all positions.
  func convert(into parameters: inout ParameterBlocks) throws(FileError) -> SIMD3<Double> {
    // The columns that need more than a copy: positions of more digits than floats have, and
    // Mip-Splatting's filter.
    var positions: [SIMD3<Double>] = []
    var filters: [Double] = []
    let means = (0..<3).map { properties[Plane.means + $0] }
    let isText = reader.header.format == .ascii
    let isWide = isText || means.contains { element.properties[$0].type.isWide }
    if let table = try reader.table("vertex") {
      convert(table, into: &parameters)
      if isWide {
        positions = (0..<count).map { row in
          let place = means.map { value(table, row, $0) }
          return SIMD3(place[0], place[1], place[2])
        }
      }
      if let filter { filters = (0..<count).map { value(table, $0, filter) } }
    } else {
      try reader.forEachRow(of: "vertex") { (row, values) throws(FileError) in
        for (plane, property) in properties.enumerated() {
          parameters[plane, row] = Float(values[property])
        }
        if isWide { positions.append(SIMD3(values[means[0]], values[means[1]], values[means[2]])) }
        if let filter { filters.append(values[filter]) }
      }
    }
    let origin = WorldOrigin.of(count: positions.count) { positions[$0] }
    if origin != .zero {
      for (row, position) in positions.enumerated() {
        let mean = SIMD3<Float>(position - origin)
        for axis in 0..<3 { parameters[Plane.means + axis, row] = mean[axis] }
      }
    }
    // What stands for a parameter in another way.
    if hasColors { takeColors(&parameters) }
    if isFlat {
      for row in 0..<count { parameters[Plane.logScales + 2, row] = Quantum.flatLogScale }
    }
    for (row, filter) in filters.enumerated() where filter != 0 {
      parameters.fuse(filter: filter, row)
    }
    return origin
  }

  /// A property's value in a row of a binary file.
  private func value(_ table: PLYReader.Table, _ row: Int, _ property: Int) -> Double {
    element.properties[property].type.load(
      reader.bytes, at: table.offset + row * table.stride + table.columns[property],
      isBigEndian: reader.header.format == .bigEndian)
  }

  /// Turns colours into the coefficients that show them.
  ///
  /// Floats are fractions of white, unless one is far above it: then they are bytes as floats.
  private func takeColors(_ parameters: inout ParameterBlocks) {
    let planes = Plane.sh..<Plane.sh + 3
    let isBright = planes.contains { plane in
      (0..<count).contains { parameters[plane, $0] > Self.brightest }
    }
    for plane in planes {
      let white: Float =
        switch element.properties[properties[plane]].type {
        case .float, .double: isBright ? 255 : 1
        case .int8, .uint8, .int32, .uint32: 255
        case .int16, .uint16: 65_535
        }
      for row in 0..<count {
        parameters[plane, row] = (parameters[plane, row] / white - 0.5) / zerothHarmonic
      }
    }
  }

  /// Copies the columns of a binary file to their planes.
  private func convert(_ table: PLYReader.Table, into parameters: inout ParameterBlocks) {
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
