import SplatCore
import SplatPlatform

/// glTF 2.0 with the Gaussians of KHR_gaussian_splatting, as GLB or as text with binary files.
///
/// The files' frame is x right, y up, z toward the viewer; it is turned to and from this program's.
enum GLTFFile {
  // `glTF`, and the types of chunks, `JSON` and `BIN`.
  private static let magic: UInt32 = 0x4654_6c67
  private static let jsonChunk: UInt32 = 0x4e4f_534a
  private static let binaryChunk: UInt32 = 0x004e_4942
  private static let headerSize = 12
  /// The bytes of a chunk's length and type.
  private static let chunkHeaderSize = 8

  /// The most buffers of a file.
  private static let mostBuffers = 1000

  // MARK: Reading

  static func readBinary(_ bytes: FileBytes, path: String) throws(FileError) -> SplatFile {
    // The header: magic, version and length.
    var reader = ByteReader(bytes, path: path)
    try reader.skip(4, "the header")
    let version = try reader.integer(UInt32.self, "the header")
    guard version == 2 else {
      throw .bad(path, "header", "is glTF of version \(version); 2 was expected")
    }
    let length = Int(try reader.integer(UInt32.self, "the header"))
    guard length <= bytes.count else {
      throw .bad(path, "header", "says \(length) bytes; the file has \(bytes.count)")
    }
    // The first chunk of each kind.
    var json: Range<Int>?
    var binary: Range<Int>?
    while reader.offset + chunkHeaderSize <= length {
      let place = reader.offset
      let size = Int(try reader.integer(UInt32.self, "a chunk's length"))
      let type = try reader.integer(UInt32.self, "a chunk's type")
      let start = reader.offset
      try reader.skip(size, "a chunk")
      if type == jsonChunk, json == nil {
        json = start..<reader.offset
      } else if type == binaryChunk, binary == nil {
        binary = start..<reader.offset
      } else if json == nil {
        throw .bad(path, "byte \(place)", "the first chunk is not JSON")
      }
    }
    // The description, whose first buffer may be the binary chunk.
    guard var json else { throw .bad(path, "header", "holds no JSON chunk") }
    // The text ends with spaces, or with zeros as some programs write.
    while let last = json.last, bytes[last] == 0 { json.removeLast() }
    let text = FileBytes(bytes.slice(json))
    let top = try JSONPlace(text, path: path)
    return try read(
      top, own: binary.map { GLTFBuffer(bytes: bytes, range: $0) }, folderOf: path, format: .glb)
  }

  /// Reads the text file at `path`, whose buffers lie beside it or in it.
  static func read(_ top: JSONPlace, folderOf path: String) throws(FileError) -> SplatFile {
    try read(top, own: nil, folderOf: path, format: .gltf)
  }

  /// Reads a file whose first buffer may be in it, as `own`.
  private static func read(
    _ top: JSONPlace, own: GLTFBuffer?, folderOf path: String, format: ModelFormat
  ) throws(FileError) -> SplatFile {
    for place in try top.optional("extensionsRequired")?.elements(limit: mostBuffers) ?? [] {
      let name = try place.text()
      guard !GLTFGaussians.unreadExtensions.contains(name) else {
        throw place.bad("\(name) is not read, and the file needs it")
      }
    }
    var buffers: [GLTFBuffer] = []
    // A file that several buffers name is read once, and counts once for how much it may expand to.
    var files: [String: GLTFBuffer] = [:]
    var bytes = own?.range.count ?? 0
    for place in try top.optional("buffers")?.elements(limit: mostBuffers) ?? [] {
      if buffers.isEmpty, place.optional("uri") == nil, let own {
        buffers.append(own)
        continue
      }
      let uri = try place.member("uri")
      let name = try uri.text()
      let buffer: GLTFBuffer
      if let known = files[name] {
        buffer = known
      } else {
        buffer = try external(uri, name, beside: path)
        files[name] = buffer
        bytes += buffer.range.count
      }
      buffers.append(buffer)
    }
    return try GLTFReader(top, buffers: buffers, bufferBytes: bytes).file(format: format)
  }

  /// The buffer of a URI: base64 text, or a file in the folder of the file at `path`.
  private static func external(_ place: JSONPlace, _ uri: String, beside path: String)
    throws(FileError) -> GLTFBuffer
  {
    if uri.hasPrefix("data:") {
      guard let comma = uri.firstIndex(of: ","), uri[..<comma].hasSuffix(";base64"),
        let data = Data(base64Encoded: String(uri[uri.index(after: comma)...]))
      else { throw place.bad("is no base64 data") }
      return GLTFBuffer(FileBytes([UInt8](data)))
    }
    let name = uri.percentDecoded ?? uri
    guard FilePaths.isInside(name), !name.contains(":") else {
      throw place.bad("`\(name)` does not lie in the model's folder")
    }
    return GLTFBuffer(try FileBytes(path: FilePaths.folder(of: path) + name))
  }

  // MARK: Writing

  static func writeBinary(_ splats: Splats, to path: String) throws(FileError) {
    let writer = GLTFWriter(splats)
    var json = Array(writer.json(buffer: nil).text.utf8)
    while json.count % 4 != 0 { json.append(UInt8(ascii: " ")) }
    let length = headerSize + 2 * chunkHeaderSize + json.count + writer.byteCount
    guard length <= UInt32.max else {
      throw FileError(
        .cannotWrite, path: path,
        problem: "\(length) bytes are needed; a GLB file holds less than 4 GB")
    }
    var head = LittleEndianBytes()
    for word in [magic, 2, UInt32(length), UInt32(json.count), jsonChunk] { head.append(word) }
    var chunk = LittleEndianBytes()
    for word in [UInt32(writer.byteCount), binaryChunk] { chunk.append(word) }
    let start = head.bytes + json + chunk.bytes
    try FileOutput.write(to: path) { (output: inout FileOutput) throws(FileError) in
      try output.append(start)
      try writer.append(to: &output)
    }
  }

  /// Writes the text to `path` and the numbers to a file beside it that ends with `.bin`.
  ///
  /// - Returns: the file with the numbers.
  static func writeText(_ splats: Splats, to path: String) throws(FileError) -> String {
    let writer = GLTFWriter(splats)
    let file = path.split(separator: "/").last.map(String.init) ?? "model"
    let name = file.lowercased().hasSuffix(".gltf") ? String(file.dropLast(5)) : file
    let folder = FilePaths.folder(of: path)
    let numbers = DescribedFiles.Part(name: "\(name).bin") { (output) throws(FileError) in
      try writer.append(to: &output)
    }
    try DescribedFiles.write([numbers], describedAt: path) { prefix in
      let uri = (prefix + numbers.name).percentEncoded
      return Array((writer.json(buffer: uri).indented() + "\n").utf8)
    }
    return folder + numbers.name
  }
}
