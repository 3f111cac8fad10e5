import SplatCore

extension Scene {
  /// Puts the views that panoramas are cut into in the place of the panoramas.
  ///
  /// Until then a panorama is a single view, so that all of its views have the same mask and are
  /// all for training or all for testing. The views of `a.jpg` are called `a_front.jpg`,
  /// `a_right.jpg` and so on.
  mutating func cutPanoramas() throws(FileError) {
    guard views.contains(where: \.isPanorama) else { return }
    warnOfPanoramaSizes()
    views = views.flatMap { view -> [SceneView] in
      guard let lens = view.lens, lens.distortion.isPanorama else { return [view] }
      return PanoramaView.allCases.map { part in
        var result = view
        result.name = part.name(of: view.name)
        result.lens = lens.cut(to: part.rotation)
        result.camera.viewMatrix =
          RigidTransform(rotation: part.rotation, translation: .zero) * view.camera.viewMatrix
        return result
      }
    }
    var names: Set<String> = []
    for view in views where !names.insert(view.name).inserted {
      throw .bad(
        view.imagePath, nil, "the scene has two views called \(view.name), one of a panorama")
    }
  }

  /// Warns of panoramas that cannot show all directions as they should.
  private mutating func warnOfPanoramaSizes() {
    let odd = views.filter { view in
      guard view.isPanorama, let lens = view.lens else { return false }
      return abs(lens.width - 2 * lens.height) > 2
    }
    guard let first = odd.first, let lens = first.lens else { return }
    warnings.append(
      """
      \(path): \(odd.count) of the panoramas are not twice as wide as high, such as \
      \(first.name) with \(lens.width) x \(lens.height) pixels; they are read as if they showed \
      all directions
      """)
  }
}

extension SceneView {
  /// Whether the view is a panorama, or one of those that a panorama is cut into.
  public var isPanorama: Bool { lens?.distortion.isPanorama ?? false }
}

extension PanoramaView {
  /// The name of this view of a panorama called `name`.
  fileprivate func name(of name: String) -> String {
    let stem = SceneFiles.photoStem(name)
    return "\(stem)_\(rawValue)\(name.dropFirst(stem.count))"
  }

  /// The panorama that a view called `view` would be this part of.
  private func panorama(ofView view: String) -> String? {
    let stem = SceneFiles.photoStem(view)
    guard stem.hasSuffix("_\(rawValue)"), stem.count > rawValue.count + 1 else { return nil }
    return "\(stem.dropLast(rawValue.count + 1))\(view.dropFirst(stem.count))"
  }

  /// The cameras with one for each panorama in the place of those of its views: the camera of the
  /// view to the front, under the panorama's name.
  package static func joined(_ cameras: [NamedCamera]) -> [NamedCamera] {
    let names = Set(cameras.map(\.name))
    return cameras.compactMap { named in
      for part in allCases {
        guard let panorama = part.panorama(ofView: named.name),
          allCases.allSatisfy({ names.contains($0.name(of: panorama)) })
        else { continue }
        return part == .front ? NamedCamera(name: panorama, camera: named.camera) : nil
      }
      return named
    }
  }
}
