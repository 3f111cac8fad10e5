import SplatCore
import SplatMetrics
import SplatRendering

/// A photo of a step before it is drawn.
struct PhotoSight {
  let iteration: Int
  /// The index of the photo, and the factor by which it is downscaled.
  let photo: Int, factor: Int
  /// The camera of the downscaled photo, where it is refined to.
  let camera: Camera
  /// How the model is projected.
  let settings: RenderSettings
}

/// A photo of a step whose render's gradient has been propagated back to the projected Gaussians.
struct DrawnPhoto {
  var value: PhotometricLoss.Value
  /// The gradient of the exposure, if there is one.
  var exposure: Exposure.Gradient?
  var picture: GradientSums.Picture
}

extension Trainer {
  /// Draws the photos of a step.
  ///
  /// - Parameters:
  ///   - clusters: The boxes of the model's clusters, if they are known.
  ///   - progress: The share of the run that is done.
  func draw(
    _ sights: [PhotoSight], of model: ParameterView, clusters: ClusterBoxes?,
    parameters: PhotoParameters, progress: Double
  ) -> [DrawnPhoto] {
    guard let shared, let ranks else {
      return sights.enumerated().map { place, sight in
        draw(sight, parameters, progress) { fitted, settings in
          renderer.render(
            fitted, model: model, clusters: clusters, settings: settings, place: place)
        }
      }
    }
    // Project the Gaussians that are here, and draw some of the photos with those of all ranks.
    shared.begin(
      sights.map { SharedPictures.Eye(camera: $0.camera, settings: $0.settings) }, model: model,
      clusters: clusters)
    photos.prepare(shared.places.map { sights[$0].photo }, factor: sights[0].factor)
    var mine = sights.map { _ in SharedResult() }
    for round in shared.rounds {
      if let place = shared.receive(round: round) {
        let drawn = draw(sights[place], parameters, progress) { fitted, settings in
          renderer.render(fitted, shared: shared, place: place, settings: settings)
        }
        shared.keep(drawn.picture)
        mine[place] = SharedResult(drawn)
      }
      shared.giveBack(round: round)
    }
    // Share what was found.
    let all = ranks.gathered(
      mine, counts: [Int](repeating: sights.count, count: ranks.count))
    let results = zip(shared.drawers, sights.indices).map { drawer, place in
      all[drawer * sights.count + place]
    }
    let pictures = shared.pictures(includesDepth: results.map(\.includesDepth))
    return zip(results, pictures).map { result, picture in
      var value = PhotometricLoss.Value.none
      (value.loss, value.squaredError) = (result.loss, result.squaredError)
      return DrawnPhoto(
        value: value, exposure: result.hasExposure ? result.exposure : nil, picture: picture)
    }
  }

  /// Draws a photo as `render` does, compares it, and goes back to the projected Gaussians.
  private func draw(
    _ sight: PhotoSight, _ parameters: PhotoParameters, _ progress: Double,
    render: (_ fitted: FittedView, _ settings: RenderSettings) -> PhotoRenderer.PhotoPass
  ) -> DrawnPhoto {
    let view = photos.view(sight.photo, factor: sight.factor)
    if ranks == nil { readAhead(after: sight.iteration, factor: sight.factor) }
    let fitted = photoFit.fitted(view, sight.photo, parameters)
    let depth = depths.sources(sight.photo, fitted.view, at: progress)
    var drawing = sight.settings
    drawing.includesDepth = !depth.isEmpty
    let robustLevel = settings.robust.level(at: progress)
    var pass = render(fitted, drawing)
    var (value, exposure) = renderer.evaluate(
      pass, terms: settings.imageTerms, robustLevel: robustLevel)
    if !depth.isEmpty {
      value.loss += renderer.evaluateDepth(&pass, sources: depth, robustLevel: robustLevel)
    }
    return DrawnPhoto(
      value: value, exposure: exposure,
      picture: renderer.picture(
        pass, includesAbsolute: control.wantsAbsoluteGradients(at: progress)))
  }
}

/// What the rank that draws a photo tells the others.
private struct SharedResult: BitwiseCopyable, Sendable {
  var loss = 0.0, squaredError = 0.0
  var exposure = Exposure.Gradient.zero
  var hasExposure = false, includesDepth = false

  init() {}

  init(_ drawn: DrawnPhoto) {
    (loss, squaredError) = (drawn.value.loss, drawn.value.squaredError)
    exposure = drawn.exposure ?? .zero
    hasExposure = drawn.exposure != nil
    includesDepth = drawn.picture.includesDepth
  }
}
