package import SplatCore

/// A render and the photo that it is compared with.
package struct ImagePair: Sendable {
  /// The rendered image: red, green and blue, then any channels that only terms of the loss read,
  /// such as alpha and depth.
  package let render: PaddedPlanes
  /// The photo: red, green and blue.
  package let photo: PaddedPlanes
  /// Height x width, 1 for pixels that count and 0 for others; empty if all count.
  package let mask: BufferView<Float>

  /// The channels that have a photo.
  package static let colors = 0..<3

  package init(render: PaddedPlanes, photo: PaddedPlanes, mask: BufferView<Float>) {
    precondition(
      render.width == photo.width && render.height == photo.height
        && render.channels >= Self.colors.count && photo.channels == Self.colors.count,
      "a render and a photo of one size, with three colours each")
    precondition(mask.count == 0 || mask.count == render.width * render.height)
    self.render = render
    self.photo = photo
    self.mask = mask
  }

  /// Sets the pixels that the mask leaves out to 0 in both images, so that no window sees them.
  package func applyMask(workers: Workers) {
    guard mask.count > 0 else { return }
    workers.forEachRange(render.height, size: 32) { rows, _ in
      for planes in [render, photo] {
        for channel in 0..<planes.channels {
          for row in rows {
            let start = planes.rowStart(channel: channel, row)
            for x in 0..<planes.width { planes.values[start + x] *= mask[row * planes.width + x] }
          }
        }
      }
    }
  }
}
