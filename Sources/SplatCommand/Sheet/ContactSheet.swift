import ArgumentParser
import SplatCore
import SplatFiles
import SplatPlatform

/// `splat sheet`: images of several folders side by side in one image.
struct ContactSheet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sheet",
    abstract: "Put the images of several folders side by side in one PNG file.",
    usage: "splat sheet FOLDER ... -o FILE.png [--width PIXELS] [--columns N]",
    discussion: """
      With several folders, images of the same name are put side by side, in the order of the \
      folders; names that are not in all folders are left out.
      """)

  @Argument(
    help: """
      Folders of PNG or JPEG images, all of one size; if they differ by a few pixels, the middle \
      that all have is shown.
      """, completion: .directory)
  var folders: [String]
  @Option(
    name: .shortAndLong, help: "The PNG file to write.", completion: .file(extensions: ["png"]))
  var output: String
  @Option(help: "The largest width of the file, in pixels.")
  var width = 1600
  @Option(help: "The number of images in a row. (default: chosen from their number)")
  var columns: Int?

  private static let gap = 4

  func validate() throws {
    guard (16...30_000).contains(width) else {
      throw ValidationError("--width is \(width); 16...30000 was expected.")
    }
    guard columns.map({ (1...1000).contains($0) }) ?? true else {
      throw ValidationError("--columns is \(columns ?? 0); 1...1000 was expected.")
    }
  }

  func run() throws {
    let groups = try self.groups()
    guard let first = groups.first?.first else {
      throw FileError(
        .badInput, path: folders[0],
        problem: folders.count == 1
          ? "holds no PNG or JPEG image" : "shares no image's name with the other folders")
    }
    let size = try Self.commonSize(groups.flatMap { $0 }, first: first)
    var sheet = Sheet(
      groups: groups.count, perGroup: folders.count, columns: columns, width: width,
      imageSize: (size.x, size.y), gap: Self.gap)
    for (index, path) in groups.joined().enumerated() {
      sheet.place(try ImageFile.read(path: path).middle(size), at: index)
    }
    try PNGFile.write(sheet.photo, to: output)
  }

  /// The size that all images have, or are cut to.
  private static func commonSize(_ paths: [String], first: String) throws(FileError) -> SIMD2<Int> {
    var sizes: [SIMD2<Int>] = []
    for path in paths {
      let header = try ImageFile.size(path: path)
      sizes.append(SIMD2(header.width, header.height))
      guard Photo.commonSize(sizes) != nil else {
        throw FileError(
          .badInput, path: path,
          problem: """
            is \(header.width) x \(header.height) pixels; \(sizes[0].x) x \(sizes[0].y) as in \
            \(first) was expected
            """)
      }
    }
    let size = Photo.commonSize(sizes) ?? sizes[0]
    if sizes.contains(where: { $0 != size }) {
      Console.warn(
        "images differ in size by a few pixels; the middle of \(size.x) x \(size.y) is shown")
    }
    return size
  }

  /// The paths of the images that belong side by side, in the order of their names.
  private func groups() throws(FileError) -> [[String]] {
    var paths: [[String: String]] = []
    for folder in folders {
      guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        throw FileError(.notFound, path: folder, problem: "is not a folder that can be read")
      }
      let images = files.filter { file in
        [".png", ".jpg", ".jpeg"].contains { file.lowercased().hasSuffix($0) }
      }
      paths.append(
        Dictionary(
          images.sorted().map { (FrameNames.stem($0), folder + "/" + $0) },
          uniquingKeysWith: { first, _ in first }))
    }
    return paths[0].keys.sorted().compactMap { name in
      let group = paths.compactMap { $0[name] }
      return group.count == paths.count ? group : nil
    }
  }
}
