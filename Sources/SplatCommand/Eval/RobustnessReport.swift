import SplatCore
import SplatFiles
import SplatRendering
import SplatTraining

/// How a model looks where the photos do not check it, as means over several views.
struct RobustnessReport {
  private let splats: Splats
  private let shapes: SplatShapes
  private let meter: RobustnessMeter
  private let qualityMeter: QualityMeter
  private let coverage: ViewCoverage?
  private var views: [ViewRobustness] = []
  private var insidePSNR: [Double] = []
  private var coveredPSNR: [Double] = []
  private var coveredShares: [Double] = []

  /// The width of the strip along the edges that is left out once, in pixels.
  private static let border = 8

  /// Prepares for views of `splats`, which was trained from `cameras`.
  init(_ splats: Splats, cameras: [Camera], settings: RenderSettings) {
    self.splats = splats
    shapes = SplatShapes(splats)
    meter = RobustnessMeter(settings: settings)
    qualityMeter = QualityMeter(settings: settings)
    coverage =
      cameras.count > ViewCoverage.fewestCameras
      ? ViewCoverage(cameras, splats: splats, settings: settings) : nil
  }

  /// Measures a view; `frame` is its render, with depth.
  mutating func add(_ view: TrainingView, _ frame: Frame) {
    views.append(meter.measure(view, frame: frame, splats: splats))
    if min(frame.width, frame.height) > 4 * Self.border {
      let inside = view.insideBorder(Self.border)
      insidePSNR.append(qualityMeter.quality(of: frame, view: inside).psnr)
    }
    guard let coverage else { return }
    let mask = coverage.mask(of: frame, from: view.camera)
    let share = mask.reduce(0) { $0 + Double($1) } / Double(max(1, mask.count))
    coveredShares.append(share)
    guard share > 0 else { return }
    coveredPSNR.append(qualityMeter.quality(of: frame, view: view.counting(mask)).psnr)
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private func mean(_ value: (ViewRobustness) -> Double) -> Double {
    Self.mean(views.map(value)) ?? 0
  }

  /// The values for programs.
  var members: [(String, JSON)] {
    var members: [(String, JSON)] = []
    if let psnr = Self.mean(insidePSNR) { members.append(("psnr_inside_border", .number(psnr))) }
    if let psnr = Self.mean(coveredPSNR) { members.append(("psnr_covered", .number(psnr))) }
    if let share = Self.mean(coveredShares) { members.append(("covered", .number(share))) }
    return members + [
      ("psnr_other_background", .number(mean(\.otherBackgroundPSNR))),
      ("psnr_half_size", .number(mean(\.halfSizePSNR))),
      ("psnr_double_size", .number(mean(\.doubleSizePSNR))),
      ("see_through", .number(mean(\.seeThrough))), ("needles", .number(shapes.needles)),
      ("faint", .number(shapes.faint)), ("splats", .integer(splats.count)),
    ]
  }

  /// The values for people.
  var text: String {
    func line(_ name: String, _ value: String) -> String { Wording.padded(name, 24) + value + "\n" }
    func decibels(_ value: Double) -> String { Wording.fixed(value, 3) + " dB" }
    func percent(_ value: Double) -> String { Wording.fixed(100 * value, 1) + " %" }
    var text = ""
    if let psnr = Self.mean(insidePSNR) {
      text += line("without a border", "\(decibels(psnr)) (\(Self.border) pixels)")
    }
    if let psnr = Self.mean(coveredPSNR), let share = Self.mean(coveredShares) {
      text += line(
        "where others look",
        "\(decibels(psnr)) (\(percent(share)) of the pixels: more than "
          + "\(ViewCoverage.fewestCameras) training photos see them)")
    }
    let isWhite = meter.otherBackground == .one
    text += line(
      isWhite ? "over white" : "over black",
      "\(decibels(mean(\.otherBackgroundPSNR))) (see-through: \(percent(mean(\.seeThrough))))")
    text += line("at half size", decibels(mean(\.halfSizePSNR)))
    text += line(
      "at double size", "\(decibels(mean(\.doubleSizePSNR))) (brought down, against the render)")
    text += line("needles", "\(percent(shapes.needles)) of the Gaussians")
    text += line(
      "faint",
      "\(percent(shapes.faint)) of the Gaussians (opacity below \(SplatShapes.faintOpacity))")
    return text
  }
}
