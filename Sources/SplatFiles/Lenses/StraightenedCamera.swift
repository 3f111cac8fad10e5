public import SplatCore

extension PhotoLens {
  /// The pinhole camera for the straightened photo.
  ///
  /// It has the lens's focal lengths; only its size differs, and the principal point in proportion,
  /// as COLMAP's `image_undistorter` chooses them. Of a panorama, it is the view to the front.
  public func pinhole(area: UndistortedArea, viewMatrix: RigidTransform) -> Camera {
    var camera = Camera(
      width: width, height: height, focalLength: focalLength, principalPoint: principalPoint,
      viewMatrix: viewMatrix)
    guard !distortion.isNone else { return camera }
    guard !distortion.isPanorama else { return panoramaCamera(viewMatrix: viewMatrix) }
    let size = SIMD2(Double(width), Double(height))
    let borders = StraightenedBorders(of: self)
    let scale = (borders.scale(area, principalPoint, size)).clamped(
      lowerBound: SIMD2(repeating: StraightenedBorders.smallestScale),
      upperBound: SIMD2(repeating: StraightenedBorders.largestScale))
    camera.width = max(1, Int(scale.x * size.x))
    camera.height = max(1, Int(scale.y * size.y))
    camera.principalPoint *= SIMD2(Double(camera.width), Double(camera.height)) / size
    return camera
  }
}

/// Where the borders of a photo lie when it is straightened, in pixels of a pinhole camera with the
/// same focal lengths and principal point.
private struct StraightenedBorders {
  /// A straightened photo is at least and at most this much as wide and high as its file.
  static let smallestScale = 0.2
  static let largestScale = 2.0

  /// The left and top borders: the coordinates across them that reach out least and furthest.
  var near = (least: SIMD2<Double>(repeating: -.infinity), most: SIMD2(repeating: Double.infinity))
  /// The right and bottom borders.
  var far = (least: SIMD2(repeating: Double.infinity), most: SIMD2(repeating: -Double.infinity))

  init(of lens: PhotoLens) {
    let (right, bottom) = (Double(lens.width) - 0.5, Double(lens.height) - 0.5)
    for y in 0..<lens.height {
      add(lens, SIMD2(0.5, Double(y) + 0.5), SIMD2(right, Double(y) + 0.5), axis: 0)
    }
    for x in 0..<lens.width {
      add(lens, SIMD2(Double(x) + 0.5, 0.5), SIMD2(Double(x) + 0.5, bottom), axis: 1)
    }
  }

  private mutating func add(
    _ lens: PhotoLens, _ first: SIMD2<Double>, _ second: SIMD2<Double>, axis: Int
  ) {
    // A ray that no flat image holds lies further out than any pixel.
    func place(_ pixel: SIMD2<Double>, _ outside: Double) -> Double {
      lens.point(of: pixel).map { ($0 * lens.focalLength + lens.principalPoint)[axis] } ?? outside
    }
    let (low, high) = (place(first, -.infinity), place(second, .infinity))
    near.least[axis] = max(near.least[axis], low)
    near.most[axis] = min(near.most[axis], low)
    far.least[axis] = min(far.least[axis], high)
    far.most[axis] = max(far.most[axis], high)
  }

  /// By what the sides are multiplied.
  func scale(_ area: UndistortedArea, _ center: SIMD2<Double>, _ size: SIMD2<Double>)
    -> SIMD2<Double>
  {
    let (low, high) = area == .crop ? (near.least, far.least) : (near.most, far.most)
    let before = (center - low) / center
    let after = (high - center) / (size - 0.5 - center)
    return area == .crop ? pointwiseMin(before, after) : pointwiseMax(before, after)
  }
}
