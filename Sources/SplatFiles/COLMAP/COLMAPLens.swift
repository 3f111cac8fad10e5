/// The lens models of COLMAP, by their numbers.
public enum COLMAPLens: Int32, Sendable, CaseIterable {
  /// f, cx, cy.
  case simplePinhole = 0
  /// fx, fy, cx, cy.
  case pinhole
  /// f, cx, cy, k.
  case simpleRadial
  /// f, cx, cy, k1, k2.
  case radial
  /// fx, fy, cx, cy, k1, k2, p1, p2.
  case openCV
  /// fx, fy, cx, cy, k1, k2, k3, k4.
  case openCVFisheye
  /// fx, fy, cx, cy, k1, k2, p1, p2, k3, k4, k5, k6.
  case fullOpenCV
  /// fx, fy, cx, cy, omega.
  case fov
  /// f, cx, cy, k.
  case simpleRadialFisheye
  /// f, cx, cy, k1, k2.
  case radialFisheye
  /// fx, fy, cx, cy, k1, k2, p1, p2, k3, k4, sx1, sy1.
  case thinPrismFisheye
  /// f, cx, cy.
  case simpleFisheye = 14
  /// fx, fy, cx, cy.
  case fisheye
  /// w, h: a panorama of all directions.
  case equirectangular = 17

  /// COLMAP's name of the model.
  public var name: String {
    switch self {
    case .simplePinhole: "SIMPLE_PINHOLE"
    case .pinhole: "PINHOLE"
    case .simpleRadial: "SIMPLE_RADIAL"
    case .radial: "RADIAL"
    case .openCV: "OPENCV"
    case .openCVFisheye: "OPENCV_FISHEYE"
    case .fullOpenCV: "FULL_OPENCV"
    case .fov: "FOV"
    case .simpleRadialFisheye: "SIMPLE_RADIAL_FISHEYE"
    case .radialFisheye: "RADIAL_FISHEYE"
    case .thinPrismFisheye: "THIN_PRISM_FISHEYE"
    case .simpleFisheye: "SIMPLE_FISHEYE"
    case .fisheye: "FISHEYE"
    case .equirectangular: "EQUIRECTANGULAR"
    }
  }

  /// The number of parameters.
  public var parameterCount: Int {
    switch self {
    case .equirectangular: 2
    case .simplePinhole, .simpleFisheye: 3
    case .pinhole, .simpleRadial, .simpleRadialFisheye, .fisheye: 4
    case .radial, .fov, .radialFisheye: 5
    case .openCV, .openCVFisheye: 8
    case .fullOpenCV, .thinPrismFisheye: 12
    }
  }
}
