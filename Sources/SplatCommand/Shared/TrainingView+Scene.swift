import SplatFiles
import SplatTraining

extension TrainingView {
  /// A view of a scene with what was read for it at `scale`.
  init(_ view: SceneView, _ read: ScenePhoto, scale: PhotoScale) {
    self.init(
      name: view.name, camera: scale.camera(view.camera), photo: read.photo, mask: read.validity,
      depth: view.isTest ? nil : read.depth, stops: read.stops)
  }
}
