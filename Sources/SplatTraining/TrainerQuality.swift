import SplatCore
import SplatRendering

extension Trainer {
  /// The quality of renders of the model against photos, at full size and with all SH bands.
  ///
  /// - Parameter indices: the photos to measure; all if nil.
  public func quality(of photos: TrainingPhotos, at indices: [Int]? = nil) -> [ViewQuality] {
    var settings = RenderSettings()
    settings.isAntialiased = self.settings.isAntialiased
    settings.threads = self.settings.threads
    settings.nearPlane = nearPlane
    settings.background = self.settings.plainBackground
    let meter = QualityMeter(settings: settings)
    return (indices ?? Array(0..<photos.count)).flatMap {
      meter.quality(of: [photos.view($0)], splats: state.splats)
    }
  }
}
