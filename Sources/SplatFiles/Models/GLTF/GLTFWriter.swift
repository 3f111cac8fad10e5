import SplatCore

/// Makes the description and the numbers of a glTF file.
struct GLTFWriter {
  private let parameters: ParameterBlocks
  private let shDegree: Int
  private let isAntialiased: Bool

  init(_ splats: Splats) {
    parameters = splats.parameters
    shDegree = min(ModelFormat.glb.largestDegree, splats.shDegree)
    isAntialiased = splats.isAntialiased
  }

  /// An attribute: its name and type, how many numbers it has, and how to find them.
  private struct Attribute: Sendable {
    let name: String
    let type: String
    let width: Int
    let value: @Sendable (ParameterView, _ index: Int, _ part: Int) -> Float
  }

  private var attributes: [Attribute] {
    let flip = GLTFGaussians.flip
    var attributes = [
      Attribute(name: "POSITION", type: "VEC3", width: 3) { view, index, part in
        view[Plane.means + part, index] * flip.signs[part]
      },
      Attribute(name: GLTFGaussians.attribute("ROTATION"), type: "VEC4", width: 4) {
        view, index, part in
        let q = view.rotation(index).unit
        let signs = flip.rotationSigns
        return [q.x * signs.x, q.y * signs.y, q.z * signs.z, q.w][part]
      },
      Attribute(name: GLTFGaussians.attribute("SCALE"), type: "VEC3", width: 3) {
        view, index, part in
        Float.exp(view[Plane.logScales + part, index])
      },
      Attribute(name: GLTFGaussians.attribute("OPACITY"), type: "SCALAR", width: 1) {
        view, index, _ in
        Logistic.forward(view[Plane.opacityLogit, index])
      },
    ]
    let signs = [1] + flip.harmonicSigns
    for degree in 0...shDegree {
      for order in 0...2 * degree {
        let coefficient = degree * degree + order
        attributes.append(
          Attribute(
            name: GLTFGaussians.coefficient(degree: degree, order: order), type: "VEC3", width: 3
          ) { view, index, part in
            view[Plane.sh + coefficient * 3 + part, index] * signs[coefficient]
          })
      }
    }
    return attributes
  }

  /// The bytes of all numbers.
  var byteCount: Int { attributes.reduce(0) { $0 + $1.width } * 4 * parameters.count }

  /// Adds the numbers, attribute by attribute.
  func append(to output: inout FileOutput) throws(FileError) {
    for attribute in attributes {
      try output.append(rows: parameters.count, size: attribute.width * 4) { row, target in
        parameters.withReadOnlyView { view in
          for part in 0..<attribute.width {
            target.store(attribute.value(view, row, part), at: part * 4)
          }
        }
      }
    }
  }

  // Constants of OpenGL, by which glTF names the use of a view and the type of its numbers.
  private var arrayBuffer: Int { 34_962 }
  private var floatType: Int { 5126 }

  /// The description; `buffer` is the file of the numbers, nothing if they come along.
  func json(buffer: String?) -> JSON {
    // A view of the buffer, and an accessor, for each attribute.
    let attributes = attributes
    let count = parameters.count
    var views: [JSON] = []
    var accessors: [JSON] = []
    var offset = 0
    for (index, attribute) in attributes.enumerated() {
      let length = count * attribute.width * 4
      views.append([
        "buffer": .integer(0), "byteOffset": .integer(offset), "byteLength": .integer(length),
        "target": .integer(arrayBuffer),
      ])
      offset += length
      var members: [(String, JSON)] = [
        ("bufferView", .integer(index)), ("componentType", .integer(floatType)),
        ("count", .integer(count)), ("type", .text(attribute.type)),
      ]
      if attribute.name == "POSITION" { members += bounds(attribute) }
      accessors.append(.object(members))
    }
    // One node with one mesh shows them all.
    let bufferMembers: [(String, JSON)] =
      [("byteLength", .integer(offset))] + (buffer.map { [("uri", .text($0))] } ?? [])
    return [
      "asset": .object(
        [("version", "2.0"), ("generator", "splat")]
          + (isAntialiased ? [("extras", ["antialiased": .bool(true)])] : [])),
      "extensionsUsed": .array([.text(GLTFGaussians.name)]),
      "scene": .integer(0), "scenes": .array([["nodes": .array([.integer(0)])]]),
      "nodes": .array([["mesh": .integer(0)]]),
      "meshes": .array([["primitives": .array([primitive(attributes)])]]),
      "accessors": .array(accessors), "bufferViews": .array(views),
      "buffers": .array([.object(bufferMembers)]),
    ]
  }

  private func primitive(_ attributes: [Attribute]) -> JSON {
    [
      "mode": .integer(0),
      "attributes": .object(attributes.enumerated().map { ($1.name, .integer($0)) }),
      "extensions": .object([
        (
          GLTFGaussians.name,
          [
            "kernel": "ellipse", "colorSpace": "srgb_rec709_display",
            "projection": "perspective", "sortingMethod": "cameraDistance",
          ] as JSON
        )
      ]),
    ]
  }

  /// The least and largest positions, which readers ask for.
  private func bounds(_ attribute: Attribute) -> [(String, JSON)] {
    var low = [Float](repeating: .infinity, count: 3)
    var high = low.map { -$0 }
    parameters.withReadOnlyView { view in
      for index in 0..<parameters.count {
        for part in 0..<3 {
          let value = attribute.value(view, index, part)
          low[part] = min(low[part], value)
          high[part] = max(high[part], value)
        }
      }
    }
    return [
      ("min", .array(low.map { .number(Double($0)) })),
      ("max", .array(high.map { .number(Double($0)) })),
    ]
  }
}
