public import SplatCore
import Synchronization

extension Scene {
  /// Decodes the photo of a view.
  ///
  /// - Parameters:
  ///   - view: the view, whose camera has the size of the file.
  ///   - width: the width to bring it to, at most the file's; its own if nothing.
  ///   - height: as `width`.
  /// - Returns: a photo of 3 channels, or 4 if the file has alpha.
  public static func loadPhoto(_ view: SceneView, width: Int? = nil, height: Int? = nil)
    throws(FileError) -> Photo
  {
    let file = (width: view.camera.width, height: view.camera.height)
    let target = (width: width ?? file.width, height: height ?? file.height)
    precondition((1...file.width).contains(target.width), "photos are not enlarged")
    precondition((1...file.height).contains(target.height), "photos are not enlarged")
    let found = try ImageFile.size(path: view.imagePath)
    guard found.width == file.width, found.height == file.height else {
      throw .bad(
        view.imagePath, nil,
        """
        is \(found.width) x \(found.height) pixels; the view's camera has \
        \(file.width) x \(file.height)
        """)
    }
    return try ImageFile.read(path: view.imagePath, scaledTo: target)
  }

  /// Decodes the photos of `views` on several threads.
  ///
  /// - Parameters:
  ///   - views: the views.
  ///   - scale: the size to bring them to; ``PhotoScale/camera(_:)`` gives the cameras that fit.
  ///   - threads: the number of photos to decode at once, one for each core if nothing.
  ///   - progress: called with the number of photos that are done, from any thread.
  /// - Returns: a photo or what is wrong with it, in the order of `views`.
  public static func loadPhotos(
    _ views: [SceneView], scale: PhotoScale = .full, threads: Int? = nil,
    progress: @Sendable (Int) -> Void = { _ in }
  ) -> [Result<Photo, FileError>] {
    loadPhotos(views, scale: scale, workers: Workers(threads: threads), progress: progress)
  }

  /// As ``loadPhotos(_:scale:threads:progress:)``, with given workers.
  package static func loadPhotos(
    _ views: [SceneView], scale: PhotoScale, workers: Workers,
    progress: @Sendable (Int) -> Void = { _ in }
  ) -> [Result<Photo, FileError>] {
    let results = Mutex<(photos: [Int: Result<Photo, FileError>], done: Int)>(([:], 0))
    workers.forEach(views.count) { index, _ in
      let view = views[index]
      let size = scale.size(width: view.camera.width, height: view.camera.height)
      let result = Result { () throws(FileError) -> Photo in
        try loadPhoto(view, width: size.width, height: size.height)
      }
      let done = results.withLock { results in
        results.photos[index] = result
        results.done += 1
        return results.done
      }
      progress(done)
    }
    return results.withLock { results in
      views.indices.map { index in
        results.photos[index]
          ?? .failure(.bad(views[index].imagePath, nil, "was not decoded"))
      }
    }
  }
}
