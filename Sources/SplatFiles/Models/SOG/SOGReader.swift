import SplatCore

/// Turns the description and the images of a SOG model into Gaussians.
struct SOGReader {
  private let top: JSONPlace
  private let load: (String) throws(FileError) -> FileBytes
  /// The bytes of the archive, or of the images that a folder's description names.
  let fileBytes: Int

  /// The pixels of the largest palette: 65,536 entries of 15 coefficients.
  private static let largestPalette = 65_536 * 15
  /// The pixels that an image may have beyond four for each Gaussian.
  private static let mostFilling = 65_536
  /// No part of a model is stored in more images.
  private static let mostFiles = 16

  /// - Parameters:
  ///   - top: the description.
  ///   - fileBytes: the size of the archive, if it is one.
  ///   - load: returns the bytes of the image with a name.
  init(
    _ top: JSONPlace, fileBytes: Int?, load: @escaping (String) throws(FileError) -> FileBytes
  ) throws(FileError) {
    self.top = top
    self.load = load
    if let fileBytes {
      self.fileBytes = fileBytes
    } else {
      self.fileBytes = try Self.imageBytes(top, load)
    }
  }

  /// The bytes of all images that the description names.
  private static func imageBytes(
    _ top: JSONPlace, _ load: (String) throws(FileError) -> FileBytes
  ) throws(FileError) -> Int {
    var bytes = 0
    for part in ["means", "scales", "quats", "sh0", "shN"] {
      for name in try top.optional(part)?.optional("files")?.elements(limit: mostFiles) ?? [] {
        bytes += try load(checkedName(name)).count
      }
    }
    return bytes
  }

  /// The name of a file in the model's folder.
  private static func checkedName(_ place: JSONPlace) throws(FileError) -> String {
    let name = try place.text()
    guard FilePaths.isInside(name) else {
      throw place.bad("`\(name)` does not lie in the model's folder")
    }
    return name
  }

  /// The model; `path` is for messages.
  func file(path: String) throws(FileError) -> SplatFile {
    try SplatFile(checking: splats(path: path), format: .sog, path: path)
  }

  /// All Gaussians, whether they can be drawn or not; `path` is for messages.
  func splats(path: String) throws(FileError) -> Splats {
    let version = try top.optional("version")?.number() ?? 1
    guard version == 1 || version == 2 else {
      throw top.bad("is of version \(version); 1 or 2 was expected")
    }
    let means = try top.member("means")
    let count =
      version == 2
      ? try wholeNumber(top.member("count"))
      : try wholeNumber(first(of: means.member("shape")))
    let rest = try harmonics(version: version, count: count)
    let shDegree = rest?.shDegree ?? 0
    try ModelLimits.check(count: count, shDegree: shDegree, fileBytes: fileBytes, path: path)
    let low = try image(means, 0, count: count)
    let high = try image(means, 1, count: count)
    var splats = Splats(count: count, shDegree: shDegree)
    splats.isAntialiased = try isAntialiased()
    let bounds = (low: try vector(means, "mins"), high: try vector(means, "maxs"))
    unpackMeans(low, high, bounds, into: &splats)
    try unpackScales(version: version, into: &splats)
    try unpackRotations(into: &splats)
    try unpackColors(version: version, into: &splats)
    rest?.unpack(into: &splats)
    return splats
  }

  private func isAntialiased() throws(FileError) -> Bool {
    if let model = top.optional("model") { return try model.text().lowercased() == "antialiased" }
    for name in ["antialias", "antialiased"] {
      if let value = top.optional(name)?.bool { return value }
    }
    return false
  }

  // MARK: Parts of the description

  private func wholeNumber(_ place: JSONPlace) throws(FileError) -> Int {
    let number = try place.number()
    guard number >= 1, number <= Double(Int32.max), number == number.rounded() else {
      throw place.bad("is \(number); a whole number from 1 on was expected")
    }
    return Int(number)
  }

  private func first(of place: JSONPlace) throws(FileError) -> JSONPlace {
    var elements = try place.elements()
    guard let first = elements.next() else { throw place.bad("is empty") }
    return first
  }

  private func vector(_ place: JSONPlace, _ name: String) throws(FileError) -> SIMD3<Float> {
    let numbers = try place.member(name).numbers(3)
    return SIMD3(Float(numbers[0]), Float(numbers[1]), Float(numbers[2]))
  }

  /// The numbers that bytes stand for; `null`, as some programs write for entries of no use, is
  /// none.
  private func codebook(_ place: JSONPlace) throws(FileError) -> [Float] {
    let list = try place.member("codebook")
    var numbers: [Float] = []
    for element in try list.elements().prefix(ScalarCodebook.size) {
      numbers.append(element.isNull ? .nan : Float(try element.number()))
    }
    guard numbers.count == ScalarCodebook.size else {
      throw list.bad("has \(numbers.count) elements; \(ScalarCodebook.size) were expected")
    }
    return numbers
  }

  /// What the bytes of a part's images mean: a codebook, or in version 1 a range for each channel.
  private func table(_ place: JSONPlace, version: Double, channels: Int) throws(FileError)
    -> SOGTable
  {
    guard version != 2 else { return SOGTable(codebook: try codebook(place), channels: 3) }
    return SOGTable(
      lows: try place.member("mins").numbers(channels),
      highs: try place.member("maxs").numbers(channels))
  }

  /// The image that stands at `index` of a part's files, with at least a pixel for each Gaussian.
  private func image(_ place: JSONPlace, _ index: Int, count: Int?) throws(FileError) -> Photo {
    let files = try place.member("files")
    let names = try files.elements(limit: Self.mostFiles)
    guard index < names.count else {
      throw files.bad("has \(names.count) elements; \(index + 1) were expected")
    }
    let name = try Self.checkedName(names[index])
    let bytes = try load(name)
    let path = FilePaths.folder(of: top.path) + name
    let header = try WebPFile.header(bytes, path: path)
    guard !WebPFile.isLossy(bytes) else {
      throw .bad(
        path, "header",
        "is compressed with loss, which changes the numbers; lossless WebP was expected")
    }
    // A pixel is a Gaussian; programs pad rows to multiples of four or 16.
    let area = count.map { $0...4 * $0 + Self.mostFilling } ?? 1...Self.largestPalette
    guard area.contains(header.width * header.height) else {
      throw .bad(
        path, nil,
        """
        is \(header.width) x \(header.height) pixels; \(area.lowerBound) to \(area.upperBound) \
        pixels were expected\(count.map { ", one for each of \($0) Gaussians" } ?? " of a palette")
        """)
    }
    return try WebPFile.read(
      bytes, path: path, channels: SOGLayout.channels, trustedArea: area.upperBound)
  }

  // MARK: Parts of a Gaussian

  private func unpackMeans(
    _ low: Photo, _ high: Photo, _ bounds: (low: SIMD3<Float>, high: SIMD3<Float>),
    into splats: inout Splats
  ) {
    splats.unpack { index, view in
      for axis in 0..<3 {
        let place = index * 4 + axis
        let number = Int(low.bytes[place]) | Int(high.bytes[place]) << 8
        let share = Float(number) / 65535
        view[Plane.means + axis, index] = SOGMeans.value(
          bounds.low[axis] + (bounds.high[axis] - bounds.low[axis]) * share)
      }
    }
  }

  private func unpackScales(version: Double, into splats: inout Splats) throws(FileError) {
    let scales = try top.member("scales")
    let table = try table(scales, version: version, channels: 3)
    let pixels = try image(scales, 0, count: splats.count)
    splats.unpack { index, view in
      for axis in 0..<3 {
        view[Plane.logScales + axis, index] = table[axis, pixels.bytes[index * 4 + axis]]
      }
    }
  }

  private func unpackRotations(into splats: inout Splats) throws(FileError) {
    let pixels = try image(try top.member("quats"), 0, count: splats.count)
    splats.unpack { index, view in
      let base = index * 4
      let mode = Int(pixels.bytes[base + 3]) - SOGLayout.rotationMark
      guard mode >= 0 else {
        view.setRotation(index, Quaternion(w: 1, x: 0, y: 0, z: 0))
        return
      }
      var others = SIMD3<Float>()
      for part in 0..<3 {
        others[part] = (Float(pixels.bytes[base + part]) / 255 * 2 - 1) * Float(0.5).squareRoot()
      }
      let q = SmallestThree(largest: mode, others: others).parts
      view.setRotation(index, Quaternion(w: q[0], x: q[1], y: q[2], z: q[3]))
    }
  }

  private func unpackColors(version: Double, into splats: inout Splats) throws(FileError) {
    let colors = try top.member("sh0")
    let table = try table(colors, version: version, channels: 4)
    let pixels = try image(colors, 0, count: splats.count)
    splats.unpack { index, view in
      for channel in 0..<3 {
        view[Plane.sh + channel, index] = table[channel, pixels.bytes[index * 4 + channel]]
      }
      let alpha = pixels.bytes[index * 4 + 3]
      // Version 1 holds the logit among its ranges.
      view[Plane.opacityLogit, index] =
        version == 2 ? Quantum.logit(Float(alpha) / 255) : table[3, alpha]
    }
  }

  /// The palette of SH coefficients, if there is one.
  private func harmonics(version: Double, count: Int) throws(FileError) -> SOGHarmonics? {
    guard let part = top.optional("shN") else { return nil }
    let table: SOGTable
    if part.optional("codebook") != nil {
      table = SOGTable(codebook: try codebook(part), channels: 1)
    } else {
      table = SOGTable(
        lows: [try part.member("mins").number()], highs: [try part.member("maxs").number()])
    }
    let centroids = try image(part, 0, count: nil)
    let (rest, extra) = centroids.width.quotientAndRemainder(dividingBy: SOGLayout.entriesPerRow)
    guard extra == 0, let shDegree = HarmonicCounts.degree(ofRest: 3 * rest),
      (1...ModelFormat.sog.largestDegree).contains(shDegree)
    else {
      throw part.bad(
        "has centroids in \(centroids.width) columns; 192, 512 or 960 were expected")
    }
    let labels = try image(part, 1, count: count)
    let harmonics = SOGHarmonics(
      shDegree: shDegree, centroids: centroids, labels: labels, table: table)
    guard let wrong = (0..<count).first(where: { harmonics.label($0) >= harmonics.entryCount })
    else { return harmonics }
    throw part.bad(
      "has the label \(harmonics.label(wrong)) at \(wrong); the palette has \(harmonics.entryCount)"
    )
  }
}
