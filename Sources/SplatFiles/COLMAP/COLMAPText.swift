import SplatCore

/// COLMAP's text files: words separated by spaces; lines that start with `#` are comments.
package enum COLMAPText {
  package static func cameras(_ bytes: FileBytes, path: String) throws(FileError)
    -> [COLMAPModel.CameraEntry]
  {
    var lines = TextLines(bytes)
    var checks = COLMAPChecks(path: path)
    var cameras: [COLMAPModel.CameraEntry] = []
    while let line = lines.nextContent() {
      var words = Words(bytes, line, path: path, line: lines.number)
      let id = try words.id32("a camera's number")
      let model = try words.text("a lens model")
      guard let lens = COLMAPLens.allCases.first(where: { $0.name == model }) else {
        throw .bad(path, "camera \(id)", UnsupportedLens.problem(name: model))
      }
      let width = try words.integer("the width")
      let height = try words.integer("the height")
      var parameters: [Double] = []
      for _ in 0..<lens.parameterCount {
        parameters.append(try words.number("a parameter of \(lens.name)"))
      }
      guard words.isAtEnd else {
        throw .bad(
          path, "line \(lines.number)",
          "more values than the \(lens.parameterCount) parameters of \(lens.name)")
      }
      let camera = COLMAPModel.CameraEntry(
        id: id, lens: lens, width: width, height: height, parameters: parameters)
      try checks.check(camera)
      cameras.append(camera)
    }
    return cameras
  }

  package static func images(_ bytes: FileBytes, path: String) throws(FileError)
    -> [COLMAPModel.ImageEntry]
  {
    var lines = TextLines(bytes)
    var checks = COLMAPChecks(path: path)
    var images: [COLMAPModel.ImageEntry] = []
    while let line = lines.nextContent() {
      var words = Words(bytes, line, path: path, line: lines.number)
      let id = try words.id32("an image's number")
      var pose: [Double] = []
      for _ in 0..<7 { pose.append(try words.number("the pose of image \(id)")) }
      let cameraID = try words.id32("the camera of image \(id)")
      let name = try words.rest("the name of image \(id)")
      var image = COLMAPModel.ImageEntry(
        id: id, rotation: Quaternion(w: pose[0], x: pose[1], y: pose[2], z: pose[3]),
        translation: SIMD3(pose[4], pose[5], pose[6]), cameraID: cameraID, name: name)
      try checks.check(&image)
      images.append(image)
      // The second line of an image is its observations, and stands there even if it is empty.
      guard let observations = lines.next() else { break }
      var rest = observations
      var count = 0
      while TextLines.nextWord(bytes, &rest) != nil { count += 1 }
      guard count % 3 == 0 else {
        throw .bad(
          path, "line \(lines.number)",
          "\(count) values; the observations of image \(id), three values each, were expected")
      }
    }
    return images
  }

  /// The points with finite positions, and the number of others.
  package static func points(_ bytes: FileBytes, path: String) throws(FileError)
    -> (points: [COLMAPModel.Point], dropped: Int)
  {
    var lines = TextLines(bytes)
    var checks = COLMAPChecks(path: path)
    var points: [COLMAPModel.Point] = []
    var dropped = 0
    while let line = lines.nextContent() {
      var words = Words(bytes, line, path: path, line: lines.number)
      let id = try words.integer("a point's number")
      let place = "line \(lines.number)"
      guard id >= 0 else { throw .bad(path, place, "a point's number of \(id)") }
      try checks.unique(UInt64(id), "point", place)
      var position = SIMD3<Double>()
      for axis in 0..<3 { position[axis] = try words.number("the position of point \(id)") }
      var color = SIMD3<UInt8>()
      for channel in 0..<3 {
        let value = try words.integer("the colour of point \(id)")
        guard let byte = UInt8(exactly: value) else {
          throw .bad(path, place, "a colour of \(value); 0 to 255 was expected")
        }
        color[channel] = byte
      }
      let error = try words.number("the error of point \(id)")
      guard (0..<3).allSatisfy({ Float(position[$0]).isFinite }) else {
        dropped += 1
        continue
      }
      points.append(
        COLMAPModel.Point(id: UInt64(id), position: position, color: color, error: error))
    }
    return (points, dropped)
  }
}

/// The words of one line, taken one after another.
private struct Words {
  private let bytes: FileBytes
  private var remaining: Range<Int>
  private let path: String
  private let line: Int

  init(_ bytes: FileBytes, _ range: Range<Int>, path: String, line: Int) {
    self.bytes = bytes
    remaining = range
    self.path = path
    self.line = line
  }

  var isAtEnd: Bool { TextLines.skipSpace(bytes, remaining) == remaining.upperBound }

  private mutating func word(_ what: String) throws(FileError) -> Range<Int> {
    guard let word = TextLines.nextWord(bytes, &remaining) else {
      throw .bad(path, "line \(line)", "the line ends where \(what) was expected")
    }
    return word
  }

  mutating func text(_ what: String) throws(FileError) -> String {
    guard let text = bytes.text(try word(what)) else {
      throw .bad(path, "line \(line)", "\(what) is not UTF-8")
    }
    return text
  }

  mutating func number(_ what: String) throws(FileError) -> Double {
    let word = try word(what)
    guard let value = ASCIINumber.double(bytes, word) ?? microsoftNaN(word) else {
      throw .bad(path, "line \(line)", "\(what) is not a number")
    }
    return value
  }

  /// Not a number as programs for Windows write it: `-nan(ind)`, `nan(snan)` or `-1.#IND`.
  private func microsoftNaN(_ word: Range<Int>) -> Double? {
    guard word.count < 16, let text = bytes.text(word)?.lowercased() else { return nil }
    return text.contains("nan(") || text.contains("1.#ind") || text.contains("1.#qnan") ? .nan : nil
  }

  mutating func integer(_ what: String) throws(FileError) -> Int {
    guard let value = ASCIINumber.integer(bytes, try word(what)) else {
      throw .bad(path, "line \(line)", "\(what) is not an integer")
    }
    return value
  }

  mutating func id32(_ what: String) throws(FileError) -> UInt32 {
    let value = try integer(what)
    guard let id = UInt32(exactly: value) else {
      throw .bad(path, "line \(line)", "\(what) is \(value); 0 to \(UInt32.max) was expected")
    }
    return id
  }

  /// The rest of the line, without the spaces at its ends.
  mutating func rest(_ what: String) throws(FileError) -> String {
    let start = TextLines.skipSpace(bytes, remaining)
    var end = remaining.upperBound
    while end > start, bytes[end - 1] == 32 || bytes[end - 1] == 9 { end -= 1 }
    guard start < end, let text = bytes.text(start..<end) else {
      throw .bad(path, "line \(line)", "\(what) is missing or not UTF-8")
    }
    return text
  }
}
