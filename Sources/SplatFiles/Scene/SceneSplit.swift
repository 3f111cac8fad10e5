/// Which photos the files of a scene want for training and for testing.
struct SceneSplit {
  /// The file that says so.
  let source: String
  /// The names of photos for training, if they are listed.
  let train: [String]?
  /// The names of photos for testing, if they are listed.
  let test: [String]?

  /// Nothing if neither is listed.
  init?(source: String, train: [String]?, test: [String]?) {
    guard train != nil || test != nil else { return nil }
    self.source = source
    self.train = train
    self.test = test
  }

  /// The lists in text files of the scene at `path` and of the folder of its model, a name in each
  /// line.
  init?(listsOf path: String, model: String?) throws(FileError) {
    var source: String?
    func names(_ files: [String]) throws(FileError) -> [String]? {
      let candidates = [path, model].compactMap(\.self).flatMap { folder in
        files.map { "\(folder)/\($0)" }
      }
      guard let file = candidates.first(where: FilePaths.isFile) else { return nil }
      source = source ?? file
      return try Self.lines(of: file)
    }
    let test = try names(["test_list.txt", "test.txt", "val_list.txt", "val.txt"])
    let train = try names(["train_list.txt", "train.txt"])
    guard let source else { return nil }
    self.init(source: source, train: train, test: test)
  }

  private static func lines(of file: String) throws(FileError) -> [String] {
    let bytes = try FileBytes(path: file)
    var lines = TextLines(bytes)
    var names: [String] = []
    while let line = lines.nextContent() {
      var end = line.upperBound
      while end > line.lowerBound, [32, 9, 44].contains(bytes[end - 1]) { end -= 1 }
      guard let text = bytes.text(line.lowerBound..<end), !text.contains("\0") else {
        throw .bad(file, "line \(lines.number)", "is not UTF-8; the name of a photo was expected")
      }
      guard names.count < SceneLimits.mostViews else {
        throw .bad(file, nil, "lists more than \(SceneLimits.mostViews) photos")
      }
      names.append(text)
    }
    return names
  }
}

extension Scene {
  /// Splits the views as `split` says.
  mutating func apply(_ split: SceneSplit) {
    // Find the listed photos.
    let finder = ViewFinder(views.map(\.name))
    let train = split.train.map { Set($0.compactMap(finder.view)) }
    let test = split.test.map { Set($0.compactMap(finder.view)) }
    let unknown = ((split.train ?? []) + (split.test ?? [])).filter { finder.view($0) == nil }
    if !unknown.isEmpty {
      warnings.append(
        """
        \(split.source): \(unknown.count) of the photos that it lists are not in the scene: \
        \(MissingImages.list(unknown))
        """)
    }
    guard train?.isEmpty == false || test?.isEmpty == false else { return }
    // A photo that is for both is for testing, so that no result is measured on what was learnt.
    var unused: [String] = []
    var kept: [SceneView] = []
    for (index, var view) in zip(views.indices, views) {
      view.isTest = test?.contains(index) ?? !(train?.contains(index) ?? true)
      if let train, test != nil, !view.isTest, !train.contains(index) {
        unused.append(view.name)
      } else {
        kept.append(view)
      }
    }
    views = kept
    splitFile = split.source
    // Warn of photos in both lists, and in none.
    let both = train?.intersection(test ?? []).count ?? 0
    if both > 0 {
      warnings.append(
        """
        \(split.source): \(both) photos are listed for training and for testing; they are for \
        testing
        """
      )
    }
    if !unused.isEmpty {
      warnings.append(
        """
        \(split.source): \(unused.count) photos are left out, which are listed neither for \
        training nor for testing: \(MissingImages.list(unused))
        """)
    }
  }
}
