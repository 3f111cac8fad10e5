import SplatCore
import SplatFiles
import SplatTraining

/// Decodes a scene's photos to training views.
struct ViewLoader {
  let scale: PhotoScale
  let threads: Int?
  let skipsBad: Bool
  let console: Console

  /// Decodes the photos of `views`; any that cannot be read is an error, or is left out and named.
  func load(_ views: [SceneView]) throws -> [TrainingView] {
    let photos = Scene.loadPhotos(views, scale: scale, threads: threads)
    var loaded: [TrainingView] = []
    for (view, photo) in zip(views, photos) {
      switch photo {
      case .success(let photo):
        loaded.append(
          TrainingView(name: view.name, camera: scale.camera(view.camera), photo: photo))
      case .failure(let error):
        guard skipsBad else { throw error }
        console.warn("\(error); left out")
      }
    }
    return loaded
  }
}
