import SplatFiles

/// What is odd about photos that were read.
struct PhotoWarnings {
  /// The photos that masks cover, by their indices.
  private(set) var fullyMasked: Set<Int> = []
  private var damaged: [Int: String] = [:]

  /// Notes what is odd about the photo of the view `index`.
  mutating func add(_ photo: ScenePhoto, _ index: Int) {
    if photo.isFullyMasked { fullyMasked.insert(index) }
    damaged[index] = photo.warning
  }

  /// A warning of each kind, for photos of `views`.
  func texts(of views: [SceneView]) -> [String] {
    var texts: [String] = []
    func names(_ indices: [Int]) -> String {
      Wording.list(indices.map { views[$0].name })
    }
    if let first = damaged.keys.min(), let problem = damaged[first] {
      texts.append(
        """
        \(Wording.count(damaged.count, "photo")) with harmless mistakes in the file: \
        \(names(damaged.keys.sorted())) (\(problem))
        """)
    }
    if let first = fullyMasked.min() {
      texts.append(
        """
        \(Wording.count(fullyMasked.count, "photo")) with masks that are black all over: \
        \(names(fullyMasked.sorted())); nothing is learnt from such a photo, \
        and nothing measured (\(views[first].maskPath ?? views[first].imagePath))
        """)
    }
    return texts
  }
}
