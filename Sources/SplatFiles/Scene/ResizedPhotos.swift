/// Photos of another size than the scene says, whose cameras were resized.
struct ResizedPhotos {
  private var names: [String] = []
  private var sizes = ""

  /// Notes the photo called `name`, if the size of its lens was changed from `lens` to `fitted`.
  mutating func add(_ name: String, _ lens: PhotoLens, _ fitted: PhotoLens) {
    guard fitted.width != lens.width || fitted.height != lens.height else { return }
    if names.isEmpty {
      sizes = "\(fitted.width) x \(fitted.height) pixels instead of \(lens.width) x \(lens.height)"
    }
    names.append(name)
  }

  /// What is to be said of the photos in the scene at `path`, if there are any.
  func warning(_ path: String) -> String? {
    guard let first = names.first else { return nil }
    return names.count == 1
      ? "\(path): the photo \(first) has \(sizes); its camera was resized"
      : """
      \(path): \(names.count) photos have another size than their cameras, which were resized: \
      \(sizes) for \(first)
      """
  }
}
