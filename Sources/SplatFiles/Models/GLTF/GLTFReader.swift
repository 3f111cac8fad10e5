import SplatCore
import SplatEditing

/// Finds the Gaussians of a glTF file and puts them where its nodes say.
struct GLTFReader {
  private let top: JSONPlace
  private let buffers: [GLTFBuffer]

  /// Nodes that lie deeper than this lie in a circle.
  private static let deepest = 64
  /// So many nodes are visited at most: a node may be reached in many ways.
  private static let mostNodes = 10_000

  init(_ top: JSONPlace, buffers: [GLTFBuffer]) {
    self.top = top
    self.buffers = buffers
  }

  /// A mesh and where it is.
  private struct Instance {
    var mesh: JSONPlace
    var transform: SimilarityTransform
  }

  /// The model: the Gaussians of all nodes of the scene.
  func file(format: ModelFormat) throws(FileError) -> SplatFile {
    var parts: [Splats] = []
    var total = 0
    for instance in try instances() {
      for primitive in try instance.mesh.member("primitives").elements() {
        guard
          let name = primitive.optional("extensions")?.optional(GLTFFile.extensionName)
        else { continue }
        let part = try splats(primitive, name)
        total += part.count
        try ModelLimits.check(
          count: total, shDegree: part.shDegree,
          fileBytes: buffers.reduce(0) { $0 + $1.range.count }, path: top.path)
        parts.append(
          instance.transform.isIdentity ? part : part.transformed(by: instance.transform))
      }
    }
    guard !parts.isEmpty else {
      throw top.bad("no mesh of the scene has Gaussians (\(GLTFFile.extensionName))")
    }
    var merged = parts.count == 1 ? parts.removeLast() : Splats(merging: parts)
    parts = []
    merged.parameters.flip(GLTFFile.flip, shDegree: merged.shDegree)
    if let extras = top.optional("asset")?.optional("extras")?.optional("antialiased"),
      case .bool(let flag) = extras.value
    {
      merged.isAntialiased = flag
    }
    return try SplatFile(checking: consume merged, format: format, path: top.path)
  }

  // MARK: Nodes

  /// The meshes of the scene's nodes; all meshes, where there are no nodes.
  private func instances() throws(FileError) -> [Instance] {
    guard top.optional("nodes") != nil else {
      return try top.member("meshes").elements().map {
        Instance(mesh: $0, transform: .identity)
      }
    }
    var pending: [(place: JSONPlace, depth: Int, parent: SimilarityTransform)] = []
    for root in try roots() { pending.append((root, 0, .identity)) }
    var instances: [Instance] = []
    var visited = 0
    while let (place, depth, parent) = pending.popLast() {
      visited += 1
      guard depth <= Self.deepest, visited <= Self.mostNodes else {
        throw place.bad("nodes lie in a circle, or more than \(Self.deepest) deep in each other")
      }
      let node = try GLTFAccessor.element(of: top, "nodes", at: place)
      let transform = parent * (try GLTFNode(node).transform())
      if let mesh = node.optional("mesh") {
        instances.append(
          Instance(
            mesh: try GLTFAccessor.element(of: top, "meshes", at: mesh), transform: transform))
      }
      for child in try node.optional("children")?.elements().reversed() ?? [] {
        pending.append((child, depth + 1, transform))
      }
    }
    return instances
  }

  /// Where the indices of the scene's outermost nodes stand, the last first.
  private func roots() throws(FileError) -> [JSONPlace] {
    guard case .array(let scenes)? = top.optional("scenes")?.value, !scenes.isEmpty else {
      // Without a scene, every node that is no other's child.
      let nodes = try top.member("nodes").elements()
      var children: Set<Int> = []
      for node in nodes {
        for child in try node.optional("children")?.elements() ?? [] {
          children.insert(try GLTFAccessor.index(child))
        }
      }
      return nodes.indices.reversed().filter { !children.contains($0) }.map {
        JSONPlace(value: .number(Double($0)), path: top.path, place: "nodes[\($0)]")
      }
    }
    let number =
      top.optional("scene")
      ?? JSONPlace(value: .number(0), path: top.path, place: "scene")
    let scene = try GLTFAccessor.element(of: top, "scenes", at: number)
    return try scene.optional("nodes")?.elements().reversed() ?? []
  }

  // MARK: Gaussians

  private func splats(_ primitive: JSONPlace, _ settings: JSONPlace) throws(FileError) -> Splats {
    let attributes = try primitive.member("attributes")
    if let compressed = settings.optional("extensions") {
      throw compressed.bad("compressed Gaussians are not read")
    }
    func accessor(_ name: String, _ type: String) throws(FileError) -> GLTFAccessor {
      try GLTFAccessor(attributes.member(name), in: top, type: type, buffers: buffers)
    }
    let prefix = "\(GLTFFile.extensionName):"
    let means = try accessor("POSITION", "VEC3")
    let rotations = try accessor(prefix + "ROTATION", "VEC4")
    let scales = try accessor(prefix + "SCALE", "VEC3")
    let opacities = try accessor(prefix + "OPACITY", "SCALAR")
    var shDegree = 0
    while shDegree < 4,
      attributes.optional(prefix + "SH_DEGREE_\(shDegree + 1)_COEF_0") != nil
    { shDegree += 1 }
    var harmonics: [GLTFAccessor] = []
    for degree in 0...shDegree {
      for order in 0...2 * degree {
        harmonics.append(try accessor(prefix + "SH_DEGREE_\(degree)_COEF_\(order)", "VEC3"))
      }
    }
    let count = means.count
    guard count > 0 else { throw primitive.bad("holds no Gaussians") }
    guard ([rotations, scales, opacities] + harmonics).allSatisfy({ $0.count == count }) else {
      throw attributes.bad("have different numbers of elements")
    }
    try ModelLimits.check(
      count: count, shDegree: shDegree,
      fileBytes: buffers.reduce(0) { $0 + $1.range.count }, path: top.path)
    var splats = Splats(count: count, shDegree: shDegree)
    splats.parameters.withView { view in
      // One stretch of the file after the other: all at once would be in memory all at once.
      means.forEach { view.setVector(Plane.means, $0, means.vector($0)) }
      scales.forEach { index in
        for axis in 0..<3 {
          view[Plane.logScales + axis, index] = Float.log(
            max(scales.value(index, axis), .leastNormalMagnitude))
        }
      }
      rotations.forEach { index in
        view.setRotation(
          index,
          Quaternion(
            w: rotations.value(index, 3), x: rotations.value(index, 0),
            y: rotations.value(index, 1), z: rotations.value(index, 2)))
      }
      opacities.forEach {
        view[Plane.opacityLogit, $0] = Quantum.logit(opacities.value($0, 0))
      }
      for (coefficient, values) in harmonics.enumerated() {
        values.forEach { view.setVector(Plane.sh + coefficient * 3, $0, values.vector($0)) }
      }
    }
    return splats
  }
}

/// The transform of a node: a matrix, or translation, rotation and scale.
private struct GLTFNode {
  private let place: JSONPlace

  init(_ place: JSONPlace) { self.place = place }

  func transform() throws(FileError) -> SimilarityTransform {
    let matrix = try place.optional("matrix")?.numbers(16)
    var columns: [SIMD3<Double>] = []
    var translation = SIMD3<Double>()
    if let matrix {
      // By columns, each of four.
      columns = (0..<3).map { SIMD3(matrix[$0 * 4], matrix[$0 * 4 + 1], matrix[$0 * 4 + 2]) }
      translation = SIMD3(matrix[12], matrix[13], matrix[14])
    } else {
      let t = try place.optional("translation")?.numbers(3) ?? [0, 0, 0]
      let r = try place.optional("rotation")?.numbers(4) ?? [0, 0, 0, 1]
      let s = try place.optional("scale")?.numbers(3) ?? [1, 1, 1]
      let q = Quaternion(w: r[3], x: r[0], y: r[1], z: r[2])
      guard abs(q.squaredNorm - 1) < 1e-2 else {
        throw try place.member("rotation").bad("is no unit quaternion")
      }
      let turn = (q * (1 / q.squaredNorm.squareRoot())).rotationMatrix
      let unit = [turn.column0, turn.column1, turn.column2]
      columns = zip(unit, s).map { SIMD3($0.x, $0.y, $0.z) * $1 }
      translation = SIMD3(t[0], t[1], t[2])
    }
    guard let transform = SimilarityTransform(columns: columns, translation: translation) else {
      throw place.bad(
        "has a transform other than turning, moving and scaling alike along all axes")
    }
    return transform
  }
}
