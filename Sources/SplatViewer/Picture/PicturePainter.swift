package import SplatCore
import SplatPlatform
import SplatRendering

/// Draws pictures of a model in each of the views.
package final class PicturePainter {
  /// A picture, with the values at the ends of its colour scale.
  package struct Picture: Sendable {
    package var photo: Photo
    var range: ColorRange?
  }

  private var renderer = Renderer()
  private let threads: Int?
  private var frame = Frame(width: 0, height: 0)
  private var adjusted: Adjusted?

  /// The last model that was adjusted for a picture.
  private struct Adjusted {
    var adjustment: SplatAdjustment
    var revision: Int
    var splats: Splats
  }

  /// The number of Gaussians at a pixel that has the brightest colour.
  private static let brightestCount = 1000.0
  /// Below this a pixel has no Gaussian: counts are whole numbers but for rounding.
  private static let leastCount: Float = 0.5

  package init(threads: Int?) { self.threads = threads }

  /// The picture of `splats` from `camera`.
  ///
  /// - Parameter revision: a number that differs whenever `splats` do.
  package func paint(_ splats: Splats, revision: Int, from camera: Camera, style: PictureStyle)
    -> Picture
  {
    let splats = adjust(splats, revision: revision, style.adjustment)
    renderer.settings = style.renderSettings(threads: threads)
    let hasDepth = renderer.settings.includesDepth
    if frame.width != camera.width || frame.height != camera.height
      || frame.depth.isEmpty == hasDepth
    {
      frame = Frame(width: camera.width, height: camera.height, includesDepth: hasDepth)
    }
    renderer.render(splats, from: camera, into: &frame)
    let (bytes, range) = colors(style.view)
    return Picture(
      photo: Photo(width: camera.width, height: camera.height, channels: 3, bytes: bytes),
      range: range)
  }

  /// The number of Gaussians at each pixel of `camera`, height x width.
  package func counts(_ splats: Splats, from camera: Camera) -> [Float] {
    var style = PictureStyle()
    style.view = .count
    _ = paint(splats, revision: 0, from: camera, style: style)
    return counts
  }

  /// The number of Gaussians at each pixel of the frame.
  private var counts: [Float] {
    frame.splatCounts(alpha: renderer.settings.alphaThreshold)
  }

  private func adjust(_ splats: Splats, revision: Int, _ adjustment: SplatAdjustment) -> Splats {
    guard !adjustment.isIdentity else { return splats }
    if let adjusted, adjusted.adjustment == adjustment, adjusted.revision == revision {
      return adjusted.splats
    }
    var result = adjustment.applied(to: splats)
    result.boundClusters()
    adjusted = Adjusted(adjustment: adjustment, revision: revision, splats: result)
    return result
  }

  private func colors(_ view: PictureStyle.View) -> ([UInt8], ColorRange?) {
    switch view {
    case .color, .ellipsoids: return (frame.rgb8, nil)
    case .depth: return frame.depthColors
    case .alpha: return (frame.alphaBytes, ColorRange(dark: 0, bright: 1))
    case .count:
      let scale = Float(1 / log1p(Self.brightestCount))
      let values = counts.map { $0 < Self.leastCount ? -1 : log1pf($0) * scale }
      return (FalseColor.bytes(values), ColorRange(dark: 0, bright: Self.brightestCount))
    }
  }
}
