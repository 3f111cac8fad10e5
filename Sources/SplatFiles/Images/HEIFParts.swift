/// How the items of a HEIC or AVIF file are made of each other (ISO/IEC 23008-12).
///
/// An image can be put together from others, such as the tiles of a grid, and these from others
/// again. A file of a few hundred bytes can so name one tile millions of times, which a decoder
/// decodes each time.
enum HEIFParts {
  /// The images that are decoded at most however small the file is.
  private static let trustedCount = 64
  /// The bytes that each further image has at least.
  private static let smallestImage = 64
  /// Images are made of images at most this many times over.
  private static let deepest = 16

  /// Throws if an image is made of more parts than the file's bytes can hold.
  static func check(_ bytes: FileBytes, path: String) throws(FileError) {
    let parts = try references(bytes, path: path)
    let most = trustedCount + bytes.count / smallestImage
    // The number of images to decode for each item, from those that are made of none upwards.
    var counts: [Int: Int] = [:]
    func count(_ item: Int, depth: Int) -> Int? {
      if let known = counts[item] { return known }
      guard depth < deepest else { return nil }
      var sum = 1
      for part in parts[item] ?? [] {
        guard let inner = count(part, depth: depth + 1) else { return nil }
        sum += inner
        guard sum <= most else { return nil }
      }
      counts[item] = sum
      return sum
    }
    for item in parts.keys.sorted() where count(item, depth: 0) == nil {
      throw .bad(
        path, "item \(item)", "is made of more images than the file's \(bytes.count) bytes can hold"
      )
    }
  }

  /// The items that each item is made of: the references of the type `dimg`.
  private static func references(_ bytes: FileBytes, path: String) throws(FileError)
    -> [Int: [Int]]
  {
    var result: [Int: [Int]] = [:]
    guard let meta = try box("meta", in: 0..<bytes.count, bytes, path),
      let list = try box("iref", in: meta.lowerBound + 4..<meta.upperBound, bytes, path),
      list.count >= 4
    else { return result }
    let isLong = bytes[list.lowerBound] == 1
    var start = list.lowerBound + 4
    while start < list.upperBound {
      let (name, content) = try header(at: start, end: list.upperBound, bytes, path)
      start = content.upperBound
      guard name == "dimg" else { continue }
      var reader = ByteReader(bytes, path: path, offset: content.lowerBound, isBigEndian: true)
      func identifier() throws(FileError) -> Int {
        isLong
          ? Int(try reader.integer(UInt32.self, "an item's number"))
          : Int(try reader.integer(UInt16.self, "an item's number"))
      }
      let item = try identifier()
      for _ in 0..<Int(try reader.integer(UInt16.self, "a number of items")) {
        result[item, default: []].append(try identifier())
      }
    }
    return result
  }

  /// The content of the first box called `name` in `range`, if there is one.
  private static func box(
    _ name: String, in range: Range<Int>, _ bytes: FileBytes, _ path: String
  ) throws(FileError) -> Range<Int>? {
    var start = range.lowerBound
    while start < range.upperBound {
      let (found, content) = try header(at: start, end: range.upperBound, bytes, path)
      if found == name { return content }
      start = content.upperBound
    }
    return nil
  }

  /// The type and the content of the box at `start`, which must end before `end`.
  private static func header(
    at start: Int, end: Int, _ bytes: FileBytes, _ path: String
  ) throws(FileError) -> (name: String, content: Range<Int>) {
    var reader = ByteReader(bytes, path: path, offset: start, isBigEndian: true)
    var length = Int(try reader.integer(UInt32.self, "a box"))
    try reader.skip(4, "a box")
    let name = bytes.text(start + 4..<start + 8) ?? "?"
    // 1 stands for a length of 64 bits, 0 for the rest of the file.
    if length == 1 {
      length = Int(clamping: try reader.integer(UInt64.self, "a box"))
    } else if length == 0 {
      length = end - start
    }
    guard length >= reader.offset - start, length <= end - start else {
      throw .bad(path, "byte \(start)", "the box \(name) of \(length) bytes does not fit")
    }
    return (name, reader.offset..<start + length)
  }
}
