public import SplatCore
import SplatRendering

extension Trainer {
  /// The quality of renders of the model against photos, at full size and with all SH bands; of
  /// several processes that train a model together, all must call this.
  ///
  /// - Parameters:
  ///   - photos: the photos, for example held-out ones.
  ///   - indices: the photos to measure; all if nil.
  public func quality(of photos: TrainingPhotos, at indices: [Int]? = nil) -> [ViewQuality] {
    let meter = QualityMeter(settings: drawingSettings)
    let indices = indices ?? Array(0..<photos.count)
    guard let shared, let ranks else {
      return indices.flatMap { meter.quality(of: [photos.view($0)], splats: state.splats) }
    }
    // Each rank draws one picture at a time.
    return stride(from: 0, to: indices.count, by: ranks.count).flatMap { start in
      qualityTogether(
        of: photos, at: Array(indices[start..<min(indices.count, start + ranks.count)]), meter,
        shared, ranks)
    }
  }

  /// The quality after each photo's camera has been moved to where the photo fits the model best;
  /// of several processes that train a model together, all must call this, and the first gets it.
  public func alignedQuality(of photos: TrainingPhotos) -> [ViewQuality] {
    let meter = QualityMeter(settings: drawingSettings)
    let aligner = CameraAligner(settings: drawingSettings)
    let splats = wholeSplats()
    guard splats.count > 0 else { return [] }
    return (0..<photos.count).flatMap { index in
      var view = photos.view(index)
      view.camera = aligner.camera(of: view, alignedTo: splats)
      return meter.quality(of: [view], splats: splats)
    }
  }

  /// The quality of at most as many pictures as there are ranks.
  private func qualityTogether(
    of photos: TrainingPhotos, at indices: [Int], _ meter: QualityMeter, _ shared: SharedPictures,
    _ ranks: any Ranks
  ) -> [ViewQuality] {
    struct Values: BitwiseCopyable, Sendable { var psnr = 0.0, correctedPSNR = 0.0, ssim = 0.0 }
    var mine = ViewQuality(name: "", psnr: 0, correctedPSNR: 0, ssim: 0)
    let settings = drawingSettings
    state.splats.parameters.withReadOnlyView { model in
      shared.begin(
        indices.map { SharedPictures.Eye(camera: photos.cameras[$0], settings: settings) },
        model: model, clusters: nil)
      if let place = shared.receive(round: 0) {
        let view = photos.view(indices[place])
        let frame = shared.frame(place, camera: view.camera, settings: settings)
        mine = meter.quality(of: frame, view: view)
      }
    }
    // Share what was found.
    let values = ranks.gathered(
      Values(psnr: mine.psnr, correctedPSNR: mine.correctedPSNR, ssim: mine.ssim))
    let names = ranks.gathered(bytes: Array(mine.name.utf8))
    return shared.drawers.map { drawer in
      ViewQuality(
        name: String(decoding: names[drawer], as: UTF8.self), psnr: values[drawer].psnr,
        correctedPSNR: values[drawer].correctedPSNR, ssim: values[drawer].ssim)
    }
  }

  /// The cameras of the photos, where the run has moved them to.
  public var refinedCameras: [Camera] {
    photos.cameras.indices.map { index in
      var camera = photos.cameras[index]
      camera.viewMatrix = photoFit.viewMatrix(index, state.photos)
      return camera
    }
  }

  /// How the model is drawn.
  private var drawingSettings: RenderSettings {
    var settings = RenderSettings()
    settings.isAntialiased = self.settings.isAntialiased
    settings.threads = self.settings.threads
    settings.nearPlane = nearPlane
    settings.background = self.settings.plainBackground
    return settings
  }
}
