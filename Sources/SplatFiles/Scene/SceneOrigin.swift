import SplatCore

extension Scene {
  /// Views that lie at least this far from the origin may be given on a map.
  private static let mapDistance = 1e3
  /// Coordinates that are larger than this many times the distances between cameras would lose
  /// what single precision has of them.
  private static let mapFactor = 100.0

  /// Moves the origin to where `options` say or, if coordinates are those of a map, amid the views.
  ///
  /// Differences of coordinates are taken here, in double precision; points that are read later
  /// must be given relative to ``origin``.
  mutating func moveOrigin(_ options: SceneOptions) {
    origin = options.origin ?? Self.mapOrigin(views.map(\.camera.center))
    guard origin != .zero else { return }
    for index in views.indices {
      let view = views[index].camera.viewMatrix
      views[index].camera.viewMatrix.translation = view(origin)
    }
    guard options.origin == nil else { return }
    warnings.append(
      """
      \(path): coordinates are those of a map; \(Self.text(origin)) is taken from them, so that \
      single precision suffices: a model has its origin there
      """)
  }

  /// Coordinates in short form, such as `450000, 5200000, 100`.
  static func text(_ place: SIMD3<Double>) -> String {
    (0..<3).map { Int(exactly: place[$0]).map { "\($0)" } ?? "\(place[$0])" }
      .joined(separator: ", ")
  }

  /// Whether places have the coordinates of a map: far from the origin, compared with the distances
  /// between them.
  package static func isMap(_ places: [SIMD3<Double>]) -> Bool {
    isMap(CameraSpread(centers: places))
  }

  private static func isMap(_ spread: CameraSpread) -> Bool {
    let distance = (spread.middle * spread.middle).sum().squareRoot()
    return distance.isFinite && distance >= mapDistance && distance > mapFactor * spread.radius
  }

  /// A round place amid cameras at `centers` if they are far from the origin, else zero.
  private static func mapOrigin(_ centers: [SIMD3<Double>]) -> SIMD3<Double> {
    let spread = CameraSpread(centers: centers)
    let middle = spread.middle
    guard isMap(spread) else { return .zero }
    // Whole numbers, unless the scene is smaller than that.
    var unit = 1.0
    while unit > spread.radius, unit > 1e-6 { unit /= 10 }
    let scale = (1 / unit).rounded()
    return (middle * scale).rounded(.toNearestOrAwayFromZero) / scale
  }
}
