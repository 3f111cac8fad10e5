import SplatCore

/// Finds the Gaussians of a glTF file and puts them where its nodes say.
struct GLTFReader {
  private let top: JSONPlace
  private let tables: GLTFTables
  private let buffers: [GLTFBuffer]
  /// The bytes of all buffers.
  private let bufferBytes: Int

  /// How many times the size of their file Gaussians may take: bytes become floats, and several
  /// nodes may show one mesh.
  private static let largestExpansion = 16
  /// Nodes that are nested deeper than this are taken for a circle.
  private static let deepest = 64
  /// The most visits of nodes: a node may be reached on many paths.
  private static let mostNodes = 10_000

  /// - Parameters:
  ///   - top: the outermost value.
  ///   - buffers: the buffers, of which several may be the same file.
  ///   - bufferBytes: the bytes of the files, each counted once.
  init(_ top: JSONPlace, buffers: [GLTFBuffer], bufferBytes: Int) throws(FileError) {
    self.top = top
    self.buffers = buffers
    self.bufferBytes = bufferBytes
    tables = try GLTFTables(top)
  }

  /// A mesh and where it is.
  private struct Instance {
    var mesh: JSONPlace
    var transform: GLTFTransform
  }

  /// The model: the Gaussians of all nodes of the scene.
  func file(format: ModelFormat) throws(FileError) -> SplatFile {
    // Read the Gaussians of every node's meshes.
    var parts: [Splats] = []
    var warnings: Set<String> = []
    var total = 0
    var visited = 0
    for instance in try instances() {
      for primitive in try instance.mesh.member("primitives").elements(limit: Self.mostNodes) {
        visited += 1
        guard visited <= Self.mostNodes else {
          throw primitive.bad("is one of more than \(Self.mostNodes) that the nodes show")
        }
        guard let extensions = primitive.optional("extensions") else { continue }
        let settings = extensions.optional(GLTFGaussians.name)
        var part: Splats
        if let view = GLTFCompression.bufferView(extensions) {
          part = try packed(view, before: total, &warnings)
        } else if let settings {
          part = try splats(primitive, settings, before: total, &warnings)
        } else {
          continue
        }
        total += part.count
        if let settings { try GLTFColors(settings).show(&part, &warnings) }
        parts.append(instance.transform.apply(to: part))
      }
    }
    // Merge them in the frame of models.
    guard !parts.isEmpty else {
      throw top.bad("no mesh of the scene has Gaussians (\(GLTFGaussians.name))")
    }
    var merged = parts.count == 1 ? parts.removeLast() : Splats(merging: parts)
    parts = []
    merged.parameters.flip(GLTFGaussians.flip, shDegree: merged.shDegree)
    if let flag = top.optional("asset")?.optional("extras")?.optional("antialiased")?.bool {
      merged.isAntialiased = flag
    }
    var file = try SplatFile(checking: consume merged, format: format, path: top.path)
    file.warnings = warnings.sorted()
    return file
  }

  // MARK: Nodes

  /// The meshes of the scene's nodes; all meshes, where there are no nodes.
  private func instances() throws(FileError) -> [Instance] {
    guard tables.nodeCount > 0 else {
      return tables.meshes.map { Instance(mesh: $0, transform: .identity) }
    }
    var pending: [(node: Int, depth: Int, parent: GLTFTransform)] = []
    for root in try roots() { pending.append((root, 0, .identity)) }
    var instances: [Instance] = []
    var visited = 0
    while let (index, depth, parent) = pending.popLast() {
      let node = tables.node(index)
      visited += 1
      guard depth <= Self.deepest, visited <= Self.mostNodes else {
        throw node.bad(
          """
          nodes lie in a circle or more than \(Self.deepest) deep in each other, or they are more \
          than \(Self.mostNodes)
          """)
      }
      let transform = parent * (try GLTFNode(node).transform())
      if let mesh = node.optional("mesh") {
        instances.append(Instance(mesh: try tables.mesh(mesh), transform: transform))
      }
      for child in try indices(node.optional("children")).reversed() {
        pending.append((child, depth + 1, transform))
      }
    }
    return instances
  }

  /// The nodes whose indices stand at `place`.
  private func indices(_ place: JSONPlace?) throws(FileError) -> [Int] {
    var indices: [Int] = []
    for element in try place?.elements(limit: Self.mostNodes) ?? [] {
      indices.append(try tables.nodeIndex(element))
    }
    return indices
  }

  /// The scene's outermost nodes, the last first.
  private func roots() throws(FileError) -> [Int] {
    let scenes = try top.optional("scenes")?.elements(limit: Self.mostNodes) ?? []
    guard !scenes.isEmpty else {
      // Without a scene, every node that is no other's child.
      var children: Set<Int> = []
      for node in 0..<tables.nodeCount {
        children.formUnion(try indices(tables.node(node).optional("children")))
      }
      return (0..<tables.nodeCount).reversed().filter { !children.contains($0) }
    }
    let number = try top.optional("scene").map(GLTFTables.index) ?? 0
    guard number < scenes.count else {
      throw top.bad("has no scene \(number); there are \(scenes.count)")
    }
    return try indices(scenes[number].optional("nodes")).reversed()
  }

  // MARK: Gaussians

  /// The Gaussians of an SPZ file in a view of a buffer; there are `before` in other primitives.
  private func packed(_ view: JSONPlace, before: Int, _ warnings: inout Set<String>)
    throws(FileError) -> Splats
  {
    let (_, buffer) = try tables.bytes(view, buffers: buffers)
    let bytes = FileBytes(buffer.bytes.slice(buffer.range))
    let file = try SPZFile.read(bytes, path: "\(top.path)/\(view.place)")
    try ModelLimits.check(
      count: before + file.splats.count, shDegree: file.splats.shDegree, fileBytes: bufferBytes,
      path: top.path)
    warnings.formUnion(file.warnings)
    if file.dropped > 0 {
      warnings.insert(
        "\(file.dropped) Gaussians of \(view.place) were left out; they are not finite")
    }
    // The reader has turned them to this program's frame.
    var splats = file.splats
    splats.parameters.flip(GLTFGaussians.flip, shDegree: splats.shDegree)
    return splats
  }

  /// The Gaussians of a primitive, of which there are `before` in others.
  private func splats(
    _ primitive: JSONPlace, _ settings: JSONPlace, before: Int, _ warnings: inout Set<String>
  ) throws(FileError) -> Splats {
    // Where the parameters stand.
    let attributes = try primitive.member("attributes")
    if let compressed = settings.optional("extensions"),
      let name = try compressed.members(limit: Self.mostNodes).keys.min()
    {
      guard !name.contains("compression") else {
        throw compressed.bad("Gaussians compressed by \(name) are not read")
      }
      warnings.insert("the extension \(name) is not known; what it says was left out")
    }
    func accessor(_ name: String, _ type: String) throws(FileError) -> GLTFAccessor {
      try GLTFAccessor(attributes.member(name), in: tables, type: type, buffers: buffers)
    }
    let means = try accessor("POSITION", "VEC3")
    let rotations = try accessor(GLTFGaussians.attribute("ROTATION"), "VEC4")
    let scales = try accessor(GLTFGaussians.attribute("SCALE"), "VEC3")
    let opacities = try accessor(GLTFGaussians.attribute("OPACITY"), "SCALAR")
    // The SH coefficients, up to the largest degree that is there.
    var shDegree = 0
    while shDegree < 4,
      attributes.optional(GLTFGaussians.coefficient(degree: shDegree + 1, order: 0)) != nil
    { shDegree += 1 }
    var harmonics: [GLTFAccessor] = []
    for degree in 0...shDegree {
      for order in 0...2 * degree {
        harmonics.append(
          try accessor(GLTFGaussians.coefficient(degree: degree, order: order), "VEC3"))
      }
    }
    // All have the same number of elements, which the files can hold.
    let count = means.count
    guard count > 0 else { throw primitive.bad("holds no Gaussians") }
    guard ([rotations, scales, opacities] + harmonics).allSatisfy({ $0.count == count }) else {
      throw attributes.bad("have different numbers of elements")
    }
    try ModelLimits.check(
      count: before + count, shDegree: shDegree, fileBytes: bufferBytes, path: top.path,
      expansion: Self.largestExpansion)
    var splats = Splats(count: count, shDegree: shDegree)
    splats.parameters.withView { view in
      // One attribute after the other, so that only the part of the file that is read is in memory.
      means.forEach { view.setVector(Plane.means, $0, means.vector($0)) }
      scales.forEach { view.setVector(Plane.logScales, $0, scales.vector($0)) }
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
    if try takeScales(&splats, attributes) {
      warnings.insert("scales are negative, so they were taken for the logarithms of scales")
    }
    return splats
  }

  /// Turns scales into their logarithms, which they may be already, against the extension's words.
  ///
  /// - Returns: whether they are logarithms: no scale is below zero, but many of their logarithms
  ///   are.
  private func takeScales(_ splats: inout Splats, _ attributes: JSONPlace) throws(FileError) -> Bool
  {
    let count = splats.count
    let negative = splats.parameters.withReadOnlyView { view in
      (0..<count).count { view.vector(Plane.logScales, $0).min() < 0 }
    }
    guard negative == 0 else {
      guard negative * 2 > count else {
        throw attributes.bad("have \(negative) scales below zero; none was expected")
      }
      return true
    }
    splats.unpack { index, view in
      for plane in Plane.logScales..<Plane.logScales + 3 {
        view[plane, index] = Float.log(max(view[plane, index], .leastNormalMagnitude))
      }
    }
    return false
  }
}
