import SplatCore
import SplatFiles

/// What is odd about photos that were read.
struct PhotoWarnings {
  /// The photos that masks cover, by their indices.
  private(set) var fullyMasked: Set<Int> = []
  /// Whether what masks cover is empty, which can be learnt and measured.
  private var masksAreEmpty = false
  private var withoutDepth: Set<Int> = []
  private var damaged: [Int: String] = [:]

  /// Notes what is odd about the photo of the view `index`.
  mutating func add(_ photo: ScenePhoto, _ index: Int) {
    if photo.isFullyMasked { fullyMasked.insert(index) }
    if photo.maskIsEmpty { masksAreEmpty = true }
    if photo.depth?.isEmpty ?? false { withoutDepth.insert(index) }
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
      let consequence =
        masksAreEmpty
        ? "all that they see is taken to be empty"
        : "nothing is learnt from such a photo, and nothing measured"
      texts.append(
        """
        \(Wording.count(fullyMasked.count, "photo")) with masks that are black all over: \
        \(names(fullyMasked.sorted())); \(consequence) \
        (\(views[first].maskPath ?? views[first].imagePath))
        """)
    }
    if let first = withoutDepth.min(), let source = views[first].depth {
      texts.append(
        """
        \(Wording.count(withoutDepth.count, "photo")) with depth maps that hold no depth: \
        \(names(withoutDepth.sorted())) (\(source.path))
        """)
    }
    return texts
  }
}
