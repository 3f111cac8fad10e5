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
  /// What turns the model's light into that of the photo; nil if that is not learnt.
  let appearance: Appearance?
  /// How the model is projected.
  let settings: RenderSettings
}

/// A photo of a step whose render's gradient has been propagated back to the projected Gaussians.
struct DrawnPhoto {
  var value: PhotometricLoss.Value
  /// The gradient of the appearance, if there is one.
  var appearance: Appearance.Gradient?
  var picture: GradientSums.Picture
}

extension Trainer {
  /// Draws the photos of a step.
  ///
  /// - Parameters:
  ///   - clusters: The boxes of the model's clusters, if they are known.
  ///   - progress: The share of the run that is done.
  func draw(
    _ sights: [PhotoSight], of model: ParameterView, clusters: ClusterBoxes?, progress: Double
  ) -> [DrawnPhoto] {
    guard let shared, let ranks else {
      return sights.enumerated().map { place, sight in
        draw(sight, progress) { fitted, settings in
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
    var grids: [Float] = []
    for round in shared.rounds {
      if let place = shared.receive(round: round) {
        let drawn = draw(sights[place], progress) { fitted, settings in
          renderer.render(fitted, shared: shared, place: place, settings: settings)
        }
        shared.keep(drawn.picture)
        mine[place] = SharedResult(drawn)
        grids += drawn.appearance?.grid ?? []
      }
      shared.giveBack(round: round)
    }
    // Share what was found.
    let all = ranks.gathered(
      mine, counts: [Int](repeating: sights.count, count: ranks.count))
    let results = zip(shared.drawers, sights.indices).map { drawer, place in
      all[drawer * sights.count + place]
    }
    let allGrids = whole(grids, of: shared, among: ranks)
    let pictures = shared.pictures(includesDepth: results.map(\.includesDepth))
    return results.indices.map { place in
      let result = results[place]
      var value = PhotometricLoss.Value.none
      (value.loss, value.squaredError) = (result.loss, result.squaredError)
      return DrawnPhoto(
        value: value,
        appearance: result.hasAppearance
          ? Appearance.Gradient(exposure: result.exposure, grid: allGrids[place]) : nil,
        picture: pictures[place])
    }
  }

  /// The gradients of the grids of all photos of a step, from those that each rank has drawn.
  private func whole(_ grids: [Float], of shared: SharedPictures, among ranks: any Ranks)
    -> [[Float]]
  {
    let size = photoFit.gridCount
    var result = shared.drawers.map { _ in [Float]() }
    guard size > 0 else { return result }
    let places = (0..<ranks.count).map { rank in
      shared.drawers.indices.filter { shared.drawers[$0] == rank }
    }
    let all = ranks.gathered(grids, counts: places.map { $0.count * size })
    for (index, place) in places.joined().enumerated() {
      result[place] = Array(all[index * size..<(index + 1) * size])
    }
    return result
  }

  /// Draws a photo as `render` does, compares it, and goes back to the projected Gaussians.
  private func draw(
    _ sight: PhotoSight, _ progress: Double,
    render: (_ fitted: FittedView, _ settings: RenderSettings) -> PhotoRenderer.PhotoPass
  ) -> DrawnPhoto {
    var fitted = FittedView(
      view: photos.view(sight.photo, factor: sight.factor), appearance: sight.appearance)
    fitted.view.camera = sight.camera
    if ranks == nil { readAhead(after: sight.iteration, factor: sight.factor) }
    let depth = depths.sources(sight.photo, fitted.view, at: progress)
    var drawing = sight.settings
    drawing.includesDepth = !depth.isEmpty
    let robustLevel = settings.robust.level(at: progress)
    var pass = render(fitted, drawing)
    var (value, appearance) = renderer.evaluate(
      &pass, terms: settings.imageTerms, robustLevel: robustLevel)
    if !depth.isEmpty {
      value.loss += renderer.evaluateDepth(&pass, sources: depth)
    }
    return DrawnPhoto(
      value: value, appearance: appearance,
      picture: renderer.picture(
        pass, includesAbsolute: control.wantsAbsoluteGradients(at: progress)))
  }
}

/// What the rank that draws a photo tells the others.
private struct SharedResult: BitwiseCopyable, Sendable {
  var loss = 0.0, squaredError = 0.0
  var exposure = Exposure.Gradient.zero
  var hasAppearance = false, includesDepth = false

  init() {}

  init(_ drawn: DrawnPhoto) {
    (loss, squaredError) = (drawn.value.loss, drawn.value.squaredError)
    exposure = drawn.appearance?.exposure ?? .zero
    hasAppearance = drawn.appearance != nil
    includesDepth = drawn.picture.includesDepth
  }
}
