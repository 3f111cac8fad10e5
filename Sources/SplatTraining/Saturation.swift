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
    forEachEight(images, workers: workers) { channel, row, x, isCut in
      let place = render.rowStart(channel: channel, row) + x
      let image = render.values.lanes(place)
      render.values.setLanes(
        place, image.replaced(by: image.limited(to: Lanes(1)), where: isCut))
    }
  }

  /// Removes the gradient of what was cut off.
  ///
  /// - Parameter gradient: A plane of height x width for each channel.
  package static func backward(_ images: ImagePair, gradient: [BufferView<Float>], workers: Workers)
  {
    let render = images.render
    forEachEight(images, workers: workers) { channel, row, x, isCut in
      let (place, count) = (row * render.width + x, min(Lanes.scalarCount, render.width - x))
      let image = render.values.lanes(render.rowStart(channel: channel, row) + x)
      let grad = gradient[channel].lanes(place, count: count)
      gradient[channel].setLanes(
        place, grad.replaced(by: Lanes(0), where: isCut .& Lanes(1).isAtMost(image)), count: count)
    }
  }

  /// Calls `body` with eight pixels of a row at a time, and which of these the photo cuts off.
  @inline(__always)
  private static func forEachEight(
    _ images: ImagePair, workers: Workers,
    _ body:
      @Sendable (_ channel: Int, _ row: Int, _ x: Int, _ isCut: LanesMask) ->
      Void
  ) {
    let photo = images.photo
    workers.forEachRange(photo.height, size: 32) { rows, _ in
      for row in rows {
        for channel in ImagePair.colors {
          let start = photo.rowStart(channel: channel, row)
          for x in stride(from: 0, to: photo.width, by: Lanes.scalarCount) {
            let isCut = Lanes(repeating: least).isAtMost(photo.values.lanes(start + x))
            body(channel, row, x, isCut)
          }
        }
      }
    }
  }
}
