/// The arrays of a glTF file, whose elements refer to each other by index.
struct GLTFTables {
  private let nodes: [JSONPlace]
  /// All meshes.
  let meshes: [JSONPlace]
  private let accessors: [JSONPlace]
  private let bufferViews: [JSONPlace]

  /// The most elements of an array; files of Gaussians have few.
  private static let mostElements = 100_000

  /// Finds the arrays of the file whose outermost value is `top`.
  init(_ top: JSONPlace) throws(FileError) {
    func array(_ name: String) throws(FileError) -> [JSONPlace] {
      try top.optional(name)?.elements(limit: Self.mostElements) ?? []
    }
    nodes = try array("nodes")
    meshes = try array("meshes")
    accessors = try array("accessors")
    bufferViews = try array("bufferViews")
  }

  /// The number of nodes.
  var nodeCount: Int { nodes.count }

  /// The node number `index`, which is one.
  func node(_ index: Int) -> JSONPlace { nodes[index] }

  /// The number of the node whose index stands at `place`.
  func nodeIndex(_ place: JSONPlace) throws(FileError) -> Int {
    try Self.index(place, below: nodes.count, of: "nodes")
  }

  /// The mesh, accessor or view of a buffer whose index stands at `place`.
  func mesh(_ place: JSONPlace) throws(FileError) -> JSONPlace {
    meshes[try Self.index(place, below: meshes.count, of: "meshes")]
  }

  func accessor(_ place: JSONPlace) throws(FileError) -> JSONPlace {
    accessors[try Self.index(place, below: accessors.count, of: "accessors")]
  }

  func bufferView(_ place: JSONPlace) throws(FileError) -> JSONPlace {
    bufferViews[try Self.index(place, below: bufferViews.count, of: "bufferViews")]
  }

  /// The view of a buffer whose index stands at `place`, and its bytes.
  func bytes(_ place: JSONPlace, buffers: [GLTFBuffer]) throws(FileError) -> (
    view: JSONPlace, bytes: GLTFBuffer
  ) {
    let view = try bufferView(place)
    for name in ["EXT_meshopt_compression", "KHR_meshopt_compression"] {
      guard view.optional("extensions")?.optional(name) == nil else {
        throw view.bad("is compressed by \(name), which is not read")
      }
    }
    let bufferPlace = try view.member("buffer")
    let number = try Self.index(bufferPlace)
    guard number < buffers.count else {
      throw bufferPlace.bad("is \(number); there are \(buffers.count) buffers")
    }
    let buffer = buffers[number]
    let offset = try view.optional("byteOffset").map(Self.index) ?? 0
    let length = try Self.index(view.member("byteLength"))
    guard offset + length <= buffer.range.count else {
      throw view.bad(
        "has \(length) bytes from \(offset) on in a buffer of \(buffer.range.count)")
    }
    let start = buffer.range.lowerBound + offset
    return (view, GLTFBuffer(bytes: buffer.bytes, range: start..<start + length))
  }

  /// A whole number from 0 to below 2^32.
  static func index(_ place: JSONPlace) throws(FileError) -> Int {
    let number = try place.number()
    guard number >= 0, number < 4_294_967_296, number == number.rounded() else {
      throw place.bad("is \(number); a whole number from 0 on was expected")
    }
    return Int(number)
  }

  private static func index(_ place: JSONPlace, below count: Int, of name: String)
    throws(FileError) -> Int
  {
    let index = try index(place)
    guard index < count else { throw place.bad("is \(index), which `\(name)` does not have") }
    return index
  }
}
