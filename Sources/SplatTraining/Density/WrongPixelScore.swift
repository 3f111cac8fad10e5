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
  /// Draws pictures together with the other ranks; nil if there are none.
  let shared: SharedPictures?
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
    let scored = Array(random.shuffled(Array(0..<photos.count)).prefix(options.views))
    let parameters = state.photos
    state.splats.parameters.withReadOnlyView { model in
      sums.withView { sums in
        guard let shared else {
          for photo in scored {
            let render = renderer.render(
              view(photo, parameters), model: model, settings: settings(photo))
            add(marked(render, options), to: sums)
          }
          return
        }
        // Each rank draws one picture at a time.
        for start in stride(from: 0, to: scored.count, by: shared.rankCount) {
          let some = scored[start..<min(scored.count, start + shared.rankCount)]
          addTogether(Array(some), options, model, parameters, shared, to: sums)
        }
      }
    }
    return (0..<state.count).map { sums[1, $0] > 0 ? sums[0, $0] / sums[1, $0] : .infinity }
  }

  private func view(_ photo: Int, _ parameters: PhotoParameters) -> FittedView {
    photoFit.fitted(photos.view(photo, factor: factor), photo, parameters)
  }

  private func settings(_ photo: Int) -> RenderSettings {
    pixelFilter.applied(to: renderSettings, photo: photo)
  }

  /// The gradients of a render whose red has a gradient of 1 in wrong pixels.
  private func marked(_ render: PhotoRenderer.PhotoPass, _ options: Options)
    -> GradientSums.Picture
  {
    WrongPixels.mark(render.gradient[0], in: render.images, level: options.level)
    let weights = renderer.robustWeights(of: render, level: robustLevel)
    renderer.weigh([render.gradient[0]], of: render, by: weights)
    render.gradient[1].fill(0)
    render.gradient[2].fill(0)
    return renderer.picture(render, includesAbsolute: false)
  }

  /// Adds what Gaussians contribute to a picture, and in how many they are visible.
  private func add(_ picture: GradientSums.Picture, to sums: ParameterView) {
    let pixelSize = Lanes(repeating: Float(factor * factor))
    renderer.backward(picture) { gradient in
      guard gradient.isVisible else { return }
      let sum = sums.lanes(ofBlock: gradient.index)
      sum[0] = sum[0].addingProduct(gradient.projected.color.x, pixelSize)
      sum[1] += gradient.projected.visible
    }
  }

  /// Adds the pictures of some photos, which the ranks draw together.
  private func addTogether(
    _ scored: [Int], _ options: Options, _ model: ParameterView, _ parameters: PhotoParameters,
    _ shared: SharedPictures, to sums: ParameterView
  ) {
    let eyes = scored.map { photo in
      SharedPictures.Eye(
        camera: photoFit.fitted(
          photos.cameras[photo].downscaled(by: factor), photo, parameters),
        settings: settings(photo))
    }
    shared.begin(eyes, model: model, clusters: nil)
    for round in shared.rounds {
      if let place = shared.receive(round: round) {
        let render = renderer.render(
          view(scored[place], parameters), shared: shared, place: place,
          settings: settings(scored[place]))
        shared.keep(marked(render, options))
      }
      shared.giveBack(round: round)
    }
    for picture in shared.pictures(includesDepth: scored.map { _ in false }) {
      add(picture, to: sums)
    }
  }
}
