public import SplatCore
import SplatRendering

extension Trainer {
  /// The quality of renders of the model against photos, at full size and with all SH bands.
  ///
  /// - Parameters:
  ///   - photos: the photos, for example held-out ones.
  ///   - indices: the photos to measure; all if nil.
  public func quality(of photos: TrainingPhotos, at indices: [Int]? = nil) -> [ViewQuality] {
    let meter = QualityMeter(settings: drawingSettings)
    return (indices ?? Array(0..<photos.count)).flatMap {
      meter.quality(of: [photos.view($0)], splats: state.splats)
    }
  }

  /// The quality after each photo's camera has been moved to where the photo fits the model best.
  public func alignedQuality(of photos: TrainingPhotos) -> [ViewQuality] {
    let meter = QualityMeter(settings: drawingSettings)
    let aligner = CameraAligner(settings: drawingSettings)
    return (0..<photos.count).flatMap { index in
      var view = photos.view(index)
      view.camera = aligner.camera(of: view, alignedTo: state.splats)
      return meter.quality(of: [view], splats: state.splats)
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
