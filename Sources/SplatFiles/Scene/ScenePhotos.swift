import SplatCore
import Synchronization

extension Scene {
  /// Decodes the photos of `views` on several threads.
  ///
  /// - Parameters:
  ///   - views: the views.
  ///   - options: what to do to the photos.
  ///   - threads: the number of photos to decode at once, one for each core if nothing.
  ///   - progress: called with the number of photos that are done, from any thread.
  /// - Returns: a photo or what is wrong with it, in the order of `views`.
  public static func loadPhotos(
    _ views: [SceneView], options: PhotoOptions = PhotoOptions(), threads: Int? = nil,
    progress: @Sendable (Int) -> Void = { _ in }
  ) -> [Result<ScenePhoto, FileError>] {
    let results = Mutex<(photos: [Int: Result<ScenePhoto, FileError>], done: Int)>(([:], 0))
    Workers(threads: threads).forEach(views.count) { index, _ in
      let result = Result { () throws(FileError) -> ScenePhoto in try views[index].read(options) }
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
