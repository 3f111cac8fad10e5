import SplatCore
import SplatFiles
import SplatRendering
import SplatTraining

/// Compares images of the same names in two folders.
struct FolderComparison {
  let first: String
  let second: String
  let threads: Int?

  /// PSNR and SSIM of each pair, in the order of names.
  func qualities() throws -> [ViewQuality] {
    // Pair the images of the same names.
    let left = try images(in: first)
    let right = try images(in: second)
    let common = left.keys.filter { right[$0] != nil }.sorted()
    guard !common.isEmpty else {
      throw CommandFailure(
        """
        \(first) and \(second) have no images of the same names (\(left.count) and \
        \(right.count) PNG or JPEG files)
        """, exitCode: CommandFailure.badData)
    }
    for (folder, found) in [(first, left), (second, right)] where found.count > common.count {
      let others = found.count - common.count
      Console.warn("\(folder): \(Wording.count(others, "image")) left out for lack of a partner")
    }
    // Compare each pair.
    var settings = RenderSettings()
    settings.threads = threads
    let meter = QualityMeter(settings: settings)
    var result: [ViewQuality] = []
    var cut = 0
    for name in common {
      guard let a = left[name], let b = right[name] else { continue }
      let pair = try pair(a, b)
      cut += pair.isCut ? 1 : 0
      let camera = Camera(
        width: pair.right.width, height: pair.right.height, focalLength: SIMD2(1, 1))
      result.append(
        meter.quality(
          of: Frame(pair.left), view: TrainingView(name: name, camera: camera, photo: pair.right)))
    }
    // Say what was not compared as it is.
    if cut > 0 {
      Console.warn(
        """
        \(cut) of \(Wording.count(common.count, "pair")) differ in size by a few pixels; the \
        middle that both have was compared
        """)
    }
    return result
  }

  /// The images in two files, cut to a common size if they differ by a few pixels.
  private func pair(_ a: String, _ b: String) throws(FileError)
    -> (left: Photo, right: Photo, isCut: Bool)
  {
    let (left, right) = (try ImageFile.read(path: a), try ImageFile.read(path: b))
    let sizes = [left, right].map { SIMD2($0.width, $0.height) }
    guard let common = Photo.commonSize(sizes) else {
      throw FileError(
        .badInput, path: b,
        problem: """
          is \(right.width) x \(right.height) pixels; \(left.width) x \(left.height) were \
          expected, as \(a) has
          """)
    }
    return (left.middle(common), right.middle(common), sizes[0] != sizes[1])
  }

  /// The images below the folder by their names without ending; depth maps and the like stay out.
  private func images(in folder: String) throws -> [String: String] {
    guard FilePaths.exists(folder), !FilePaths.isFile(folder) else {
      throw FileError(.notFound, path: folder, problem: "is not a folder of images")
    }
    var result: [String: String] = [:]
    for name in FilePaths.files(below: folder) {
      let lower = name.lowercased()
      guard [".png", ".jpg", ".jpeg"].contains(where: { lower.hasSuffix($0) }),
        !lower.hasSuffix(".depth.png")
      else { continue }
      result[FrameNames.stem(name)] = "\(folder)/\(name)"
    }
    return result
  }
}

extension Frame {
  /// A photo as if it had been drawn, over black if it has alpha.
  fileprivate init(_ photo: Photo) {
    self.init(width: photo.width, height: photo.height)
    for pixel in 0..<photo.width * photo.height {
      let base = pixel * photo.channels
      let opacity = photo.channels == 4 ? Float(photo.bytes[base + 3]) / 255 : 1
      red[pixel] = Float(photo.bytes[base]) / 255 * opacity
      green[pixel] = Float(photo.bytes[base + 1]) / 255 * opacity
      blue[pixel] = Float(photo.bytes[base + 2]) / 255 * opacity
      alpha[pixel] = opacity
    }
  }
}
