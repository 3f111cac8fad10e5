import SplatCore
import SplatRendering

/// How much each Gaussian contributes to wrong pixels: the sum of its blending weights in them, in
/// pixels of the photos' own size, averaged over those of the scored views that show it; infinity
/// if none does.
///
/// That sum is the gradient of its red when the gradient of the render's red is 1 in wrong pixels.
/// A mean over all scored views would allow too few Gaussians in parts that few photos show.
package struct WrongPixelScore {
  /// Which views are scored, and which pixels count as wrong.
  package struct Options: Sendable {
    /// The number of views.
    package let views: Int
    /// The error from which a pixel is wrong, in mean errors of its view.
    package let level: Float
  }

  let photos: TrainingPhotos
  let photoFit: PhotoFit
  let renderer: PhotoRenderer
  let renderSettings: RenderSettings
  /// See ``RobustWeights``; nil if everything counts.
  let robustLevel: Float?
  let pixelFilter: PixelFilter
  /// The factor by which the photos are downscaled.
  let factor: Int
  /// The seed of the run and the number of iterations made, which determine the choice of views.
  let seed: UInt64
  let iteration: Int

  /// The score of each Gaussian of `state`.
  func scores(_ state: inout ModelState, _ options: Options) -> [Float] {
    var sums = ParameterBlocks(count: state.count, planes: 2)
    var random = RandomSource(seed: seed, purpose: .scoredViews, position: UInt64(iteration))
    let scored = random.shuffled(Array(0..<photos.count)).prefix(options.views)
    let pixelSize = Lanes(repeating: Float(factor * factor))
    for index in scored {
      let view = photoFit.fitted(photos.view(index, factor: factor), index, state.photos)
      let settings = pixelFilter.applied(to: renderSettings, photo: index)
      state.splats.parameters.withReadOnlyView { model in
        let render = renderer.render(view, model: model, settings: settings)
        WrongPixels.mark(render.gradient[0], in: render.images, level: options.level)
        renderer.weigh([render.gradient[0]], of: render, robustLevel: robustLevel)
        render.gradient[1].fill(0)
        render.gradient[2].fill(0)
        sums.withView { sums in
          let picture = renderer.picture(render, includesAbsolute: false)
          renderer.backward(picture) { gradient in
            guard gradient.isVisible else { return }
            let sum = sums.lanes(ofBlock: gradient.index)
            sum[0] = sum[0].addingProduct(gradient.projected.color.x, pixelSize)
            sum[1] += gradient.projected.visible
          }
        }
      }
    }
    return (0..<state.count).map { sums[1, $0] > 0 ? sums[0, $0] / sums[1, $0] : .infinity }
  }
}
