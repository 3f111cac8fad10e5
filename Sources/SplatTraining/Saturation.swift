package import SplatCore
package import SplatMetrics

/// What photos cannot hold: where a channel has the largest value, the light may have been brighter.
///
/// A photo of a long exposure cuts off what others show. Compared with that, the model would become
/// darker there than it is, and so would the photo's gains. So the render is cut off where the photo
/// is, and has no gradient there.
package enum Saturation {
  /// From this value on a photo is taken to be cut off.
  private static let least: Float = 254.5 / 255

  /// Cuts off the exposed render of a photo.
  package static func apply(to images: ImagePair, workers: Workers) {
    let render = images.render
    Exposure.forEachRow(of: render, workers: workers) { channel, row in
      for x in stride(from: 0, to: render.width, by: Lanes.scalarCount) {
        let place = render.rowStart(channel: channel, row) + x
        let image = render.values.lanes(place)
        let isCut = isCut(images.photo, channel: channel, row: row, x: x)
        render.values.setLanes(
          place, image.replaced(by: image.limited(to: Lanes(1)), where: isCut))
      }
    }
  }

  /// Removes the gradient of what was cut off.
  ///
  /// - Parameter gradient: A plane of height x width for each channel.
  package static func backward(_ images: ImagePair, gradient: [BufferView<Float>], workers: Workers)
  {
    let render = images.render
    Exposure.forEachRow(of: render, workers: workers) { channel, row in
      for x in stride(from: 0, to: render.width, by: Lanes.scalarCount) {
        let (place, count) = (row * render.width + x, min(Lanes.scalarCount, render.width - x))
        let image = render.values.lanes(render.rowStart(channel: channel, row) + x)
        let isCut =
          isCut(images.photo, channel: channel, row: row, x: x) .& Lanes(1).isAtMost(image)
        let grad = gradient[channel].lanes(place, count: count)
        gradient[channel].setLanes(
          place, grad.replaced(by: Lanes(0), where: isCut), count: count)
      }
    }
  }

  /// Which of eight pixels of a photo's row are cut off.
  @inline(__always)
  private static func isCut(_ photo: PaddedPlanes, channel: Int, row: Int, x: Int) -> LanesMask {
    Lanes(repeating: least).isAtMost(
      photo.values.lanes(photo.rowStart(channel: channel, row) + x))
  }
}
