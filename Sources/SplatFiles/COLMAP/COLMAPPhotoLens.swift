import SplatCore

extension COLMAPModel.CameraEntry {
  /// The lens that the parameters describe; impossible ones are an error about the file `path`.
  package func photoLens(path: String) throws(FileError) -> PhotoLens {
    guard lens != .equirectangular else {
      guard parameters == [Double(width), Double(height)] else {
        throw .bad(
          path, "camera \(id)",
          """
          the parameters \(parameters[0]), \(parameters[1]) of EQUIRECTANGULAR; the size \(width), \
          \(height) was expected
          """)
      }
      return PhotoLens(panoramaWidth: width, height: height)
    }
    let focal = SIMD2(parameters[0], lens.hasTwoFocalLengths ? parameters[1] : parameters[0])
    let rest = Array(parameters.dropFirst(lens.hasTwoFocalLengths ? 2 : 1))
    let result = PhotoLens(
      width: width, height: height, focalLength: focal, principalPoint: SIMD2(rest[0], rest[1]),
      distortion: lens.distortion(Array(rest.dropFirst(2))))
    try result.check(path: path, place: "camera \(id)", model: lens.name)
    return result
  }
}

extension COLMAPLens {
  /// Whether the parameters begin with a focal length for each axis.
  fileprivate var hasTwoFocalLengths: Bool {
    switch self {
    case .simplePinhole, .simpleRadial, .radial, .simpleRadialFisheye, .radialFisheye,
      .simpleFisheye, .equirectangular:
      false
    case .pinhole, .openCV, .openCVFisheye, .fullOpenCV, .fov, .thinPrismFisheye, .fisheye: true
    }
  }

  /// The distortion of the coefficients `k`, those after the principal point in COLMAP's order.
  fileprivate func distortion(_ k: [Double]) -> LensDistortion {
    switch self {
    case .simplePinhole, .pinhole, .equirectangular: LensDistortion()
    case .simpleFisheye, .fisheye: LensDistortion(projection: .equidistant)
    case .simpleRadial: LensDistortion(radial: SIMD4(k[0], 0, 0, 0))
    case .radial: LensDistortion(radial: SIMD4(k[0], k[1], 0, 0))
    case .openCV:
      LensDistortion(radial: SIMD4(k[0], k[1], 0, 0), tangential: SIMD2(k[2], k[3]))
    case .fullOpenCV:
      LensDistortion(
        radial: SIMD4(k[0], k[1], k[4], 0), divisor: SIMD3(k[5], k[6], k[7]),
        tangential: SIMD2(k[2], k[3]))
    case .fov: LensDistortion(fieldOfView: k[0])
    case .simpleRadialFisheye:
      LensDistortion(projection: .equidistant, radial: SIMD4(k[0], 0, 0, 0))
    case .radialFisheye:
      LensDistortion(projection: .equidistant, radial: SIMD4(k[0], k[1], 0, 0))
    case .openCVFisheye:
      LensDistortion(projection: .equidistant, radial: SIMD4(k[0], k[1], k[2], k[3]))
    case .thinPrismFisheye:
      LensDistortion(
        projection: .equidistant, radial: SIMD4(k[0], k[1], k[4], k[5]),
        tangential: SIMD2(k[2], k[3]), prism: SIMD2(k[6], k[7]))
    }
  }
}
