import SplatCore
import SplatFiles

/// Images in rows and columns on a white ground.
struct Sheet {
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
