import SplatCore
import Synchronization

extension Scene {
  /// Decodes the photos of `views` on several threads, and hands each on as soon as it is done.
  ///
  /// Views of one file that follow each other, as those of a panorama do, are read together: the
  /// file is decoded once.
  ///
  /// - Parameters:
  ///   - views: the views.
  ///   - options: what to do to the photos.
  ///   - threads: the number of photos to decode at once, one for each core if nothing.
  ///   - body: called once for each view, from any thread and in any order, with its place in
  ///     `views` and its photo or what is wrong with it.
  public static func forEachPhoto(
    _ views: [SceneView], options: PhotoOptions = PhotoOptions(), threads: Int? = nil,
    _ body: @Sendable (_ index: Int, _ photo: Result<ScenePhoto, FileError>) -> Void
  ) {
    let runs = runs(of: views)
    Workers(threads: threads).forEach(runs.count) { run, _ in
      var decoded = DecodedFiles()
      for index in runs[run] {
        let photo = Result { () throws(FileError) -> ScenePhoto in
          try views[index].read(options, decoded: &decoded)
        }
        body(index, photo)
      }
    }
  }

  /// The views that have the same file as the ones before them, together.
  private static func runs(of views: [SceneView]) -> [Range<Int>] {
    let starts = views.indices.filter { $0 == 0 || views[$0].imagePath != views[$0 - 1].imagePath }
    return zip(starts, starts.dropFirst() + [views.count]).map { $0..<$1 }
  }

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
    let results = Mutex<[Int: Result<ScenePhoto, FileError>]>([:])
    forEachPhoto(views, options: options, threads: threads) { index, photo in
      let done = results.withLock { results in
        results[index] = photo
        return results.count
      }
      progress(done)
    }
    return results.withLock { results in
      views.indices.map { index in
        results[index] ?? .failure(.bad(views[index].imagePath, nil, "was not decoded"))
      }
    }
  }
}
