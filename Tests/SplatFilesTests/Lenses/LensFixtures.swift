import SplatCore
import SplatFiles

/// A camera of each of COLMAP's lens models that bends lines, with coefficients as real lenses have
/// them.
enum LensFixtures {
  static let all: [COLMAPModel.CameraEntry] = [
    camera(.simpleRadial, [-0.12]),
    camera(.radial, [-0.15, 0.03]),
    camera(.openCV, [0.08, -0.04, 0.002, -0.003]),
    camera(.openCVFisheye, [0.02, -0.01, 0.004, -0.001]),
    camera(.fullOpenCV, [0.3, -0.1, 0.001, 0.002, 0.02, 0.25, -0.05, 0.01]),
    camera(.fov, [0.7]),
    camera(.simpleRadialFisheye, [0.03]),
    camera(.radialFisheye, [0.04, -0.02]),
    camera(.simpleFisheye, []),
    camera(.fisheye, []),
    camera(.thinPrismFisheye, [0.03, -0.01, 0.001, -0.002, 0.003, 0.001, 0.004, -0.003]),
  ]

  static let width = 269
  static let height = 480

  private static func camera(_ lens: COLMAPLens, _ coefficients: [Double])
    -> COLMAPModel.CameraEntry
  {
    let isSingle = [
      .simpleRadial, .radial, .simpleRadialFisheye, .radialFisheye, .simpleFisheye,
    ].contains(lens)
    return COLMAPModel.CameraEntry(
      id: 1, lens: lens, width: width, height: height,
      parameters: (isSingle ? [340] : [340, 338]) + [133.2, 242.7] + coefficients)
  }
}
