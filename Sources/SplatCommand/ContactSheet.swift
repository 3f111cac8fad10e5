import ArgumentParser
import Foundation
import SplatCore
import SplatFiles

/// `splat sheet`: images of folders beside each other in one image.
struct ContactSheet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sheet",
    abstract: "Puts the images of folders beside each other in one PNG file.",
    discussion: """
      With several folders, images of one name are put side by side, in the order of the folders; names \
      that are not in all folders are left out.
      """)

  @Argument(help: "Folders of PNG or JPEG images, all of one size.")
  var folders: [String]
  @Option(name: .shortAndLong, help: "The PNG file to write.")
  var output: String
  @Option(help: "The largest width of the file, in pixels.")
  var width = 1600
  @Option(help: "The number of images in a row; chosen from their number if not given.")
  var columns: Int?

  private static let gap = 4

  func validate() throws {
    guard (16...30_000).contains(width) else { throw ValidationError("--width is 16...30000") }
    guard columns.map({ (1...1000).contains($0) }) ?? true else {
      throw ValidationError("--columns is 1...1000")
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
    let size = try ImageFile.size(path: first)
    var sheet = Sheet(
      groups: groups.count, perGroup: folders.count, columns: columns, width: width,
      imageSize: (size.width, size.height), gap: Self.gap)
    for (index, path) in groups.joined().enumerated() {
      let photo = try ImageFile.read(path: path)
      guard photo.width == size.width, photo.height == size.height else {
        throw FileError(
          .badInput, path: path,
          problem: """
            is \(photo.width) x \(photo.height) pixels; \(size.width) x \(size.height) as in \
            \(first) was expected
            """)
      }
      sheet.place(photo, at: index)
    }
    try PNGFile.write(sheet.photo, to: output)
  }

  /// The paths of the images that belong side by side, in the order of their names.
  private func groups() throws(FileError) -> [[String]] {
    var paths: [[String: String]] = []
    for folder in folders {
      guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        throw FileError(.notFound, path: folder, problem: "is no folder that can be read")
      }
      let images = files.filter { file in
        ["png", "jpg", "jpeg"].contains((file as NSString).pathExtension.lowercased())
      }
      paths.append(
        Dictionary(
          images.sorted().map { (($0 as NSString).deletingPathExtension, folder + "/" + $0) },
          uniquingKeysWith: { first, _ in first }))
    }
    return paths[0].keys.sorted().compactMap { name in
      let group = paths.compactMap { $0[name] }
      return group.count == paths.count ? group : nil
    }
  }
}

/// Images in rows and columns on a white ground.
private struct Sheet {
  private(set) var photo: Photo
  private let columns: Int
  private let gap: Int
  private let tile: (width: Int, height: Int)

  /// Makes room for `groups` times `perGroup` images; a group is not broken by the end of a row.
  init(
    groups: Int, perGroup: Int, columns: Int?, width: Int, imageSize: (width: Int, height: Int),
    gap: Int
  ) {
    // About as many columns as make the sheet half as wide again as high.
    let ratio = 1.5 * Double(imageSize.height) / Double(imageSize.width * perGroup)
    let chosen = perGroup * Int((Double(groups) * ratio).squareRoot().rounded())
    self.columns = max(perGroup, (columns ?? chosen) / perGroup * perGroup)
    self.gap = gap
    let room = (width - gap) / self.columns - gap
    let tileWidth = min(imageSize.width, max(1, room))
    let tileHeight = max(1, imageSize.height * tileWidth / imageSize.width)
    tile = (tileWidth, tileHeight)
    let rows = (groups * perGroup + self.columns - 1) / self.columns
    let size = (
      width: gap + self.columns * (tileWidth + gap), height: gap + rows * (tileHeight + gap)
    )
    photo = Photo(
      width: size.width, height: size.height, channels: 3,
      bytes: [UInt8](repeating: 255, count: size.width * size.height * 3))
  }

  /// Puts an image, made smaller, in a place; what is transparent shows the white ground.
  mutating func place(_ image: Photo, at index: Int) {
    let small = image.areaDownscaled(width: tile.width, height: tile.height)
    let left = gap + index % columns * (tile.width + gap)
    let top = gap + index / columns * (tile.height + gap)
    for y in 0..<tile.height {
      for x in 0..<tile.width {
        let from = (y * tile.width + x) * small.channels
        let to = ((top + y) * photo.width + left + x) * 3
        let alpha = small.channels == 4 ? Int(small.bytes[from + 3]) : 255
        for channel in 0..<3 {
          let value = Int(small.bytes[from + channel]) * alpha + 255 * (255 - alpha)
          photo.bytes[to + channel] = UInt8((value + 127) / 255)
        }
      }
    }
  }
}
