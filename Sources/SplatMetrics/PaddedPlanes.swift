package import SplatCore

/// The channels of an image as planes, one after the other, each with a margin of zeros so that
/// windows need no bounds.
package struct PaddedPlanes: Sendable {
  package let values: BufferView<Float>
  package let channels: Int, width: Int, height: Int

  /// The number of rows of zeros above and below: the reach of a window.
  package static let margin = GaussianWindow.radius
  /// The number of columns of zeros on the left and on the right: the reach of a window, in whole
  /// lanes.
  package static let sideMargin = Lanes.scalarCount

  /// The width rounded up to whole lanes; the columns past the image are zero.
  package let paddedWidth: Int
  /// The number of floats from one row to the next.
  package var stride: Int { paddedWidth + 2 * Self.sideMargin }
  /// The number of floats of a channel.
  package var planeSize: Int { (height + 2 * Self.margin) * stride }

  fileprivate init(_ buffer: Buffer<Float>, channels: Int, width: Int, height: Int) {
    self.channels = channels
    self.width = width
    self.height = height
    paddedWidth = (width + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount
    let stride = paddedWidth + 2 * Self.sideMargin
    values = buffer.view(count: channels * (height + 2 * Self.margin) * stride)
  }

  /// The index of the first pixel of a row.
  @inline(__always)
  package func rowStart(channel: Int, _ row: Int) -> Int {
    channel * planeSize + (row + Self.margin) * stride + Self.sideMargin
  }
}

/// Memory for the planes of one image, which is kept for reuse.
package final class PaddedBuffer {
  private let values = Buffer<Float>()
  private var shape = (channels: 0, width: 0, height: 0)

  package init() {}

  /// Planes of the given size. Their margins are zero; their pixels keep what was written after the
  /// last call for the same size.
  package func planes(channels: Int = 3, width: Int, height: Int) -> PaddedPlanes {
    let planes = PaddedPlanes(values, channels: channels, width: width, height: height)
    if shape != (channels, width, height) {
      shape = (channels, width, height)
      planes.values.fill(0)
    }
    return planes
  }
}

extension BufferView where Element == Float {
  /// Sets the side margins of a padded row that starts at `start` to zero.
  func clearSideMargins(ofRow start: Int, stride: Int) {
    slice(start..<start + PaddedPlanes.sideMargin).fill(0)
    slice(start + stride - PaddedPlanes.sideMargin..<start + stride).fill(0)
  }
}

extension PaddedPlanes {
  /// Copies the colours of a frame of the same size; clamped ones are 0...1.
  package func copy(_ frame: Frame, isClamped: Bool) {
    precondition(frame.width == width && frame.height == height, "the frame has this size")
    for (channel, plane) in [frame.red, frame.green, frame.blue].enumerated() {
      for y in 0..<height {
        let start = rowStart(channel: channel, y)
        for x in 0..<width {
          let value = plane[y * width + x]
          values[start + x] = isClamped ? min(max(value, 0), 1) : value
        }
      }
    }
  }
}
