import SplatCore
import SplatFiles
import SplatPlatform
import SplatRendering

/// Describes a model.
struct ModelInfo {
  private let path: String
  private let file: SplatFile
  private let bounds: Bounds
  private var opacities = Histogram(bounds: (1...9).map { Double($0) / 10 })
  private var scales = Histogram(
    bounds: (-5...2).flatMap { [pow(10, Double($0)), 3 * pow(10, Double($0))] })
  private let bytes: Int

  init(_ file: SplatFile, path: String) {
    self.path = path
    self.file = file
    bytes = FileSize.of(path)
    let parameters = file.splats.parameters
    bounds = parameters.meanBounds
    for index in 0..<file.splats.count {
      var largest = -Float.infinity
      for axis in 0..<3 {
        largest = max(largest, parameters[Plane.logScales + axis, index])
      }
      opacities.add(Logistic.forward(Double(parameters[Plane.opacityLogit, index])))
      scales.add(exp(Double(largest)))
    }
  }

  var report: InfoReport { InfoReport(text: text, json: json) }

  private var text: String {
    let splats = file.splats
    func vector(_ value: SIMD3<Float>) -> String {
      (0..<3).map { Wording.short(Double(value[$0])) }.joined(separator: ", ")
    }
    var text = """
      file          \(path) (\(Wording.bytes(bytes)))
      format        \(file.format.rawValue)
      Gaussians     \(Wording.count(splats.count))
      SH degree     \(splats.shDegree)
      antialiased   \(splats.isAntialiased ? "yes" : "no")
      bounds        \(vector(bounds.low))
                    \(vector(bounds.high))

      """
    if file.dropped > 0 {
      text +=
        "left out      \(Wording.count(file.dropped)) (not finite, or without a rotation)\n"
    }
    if file.origin != .zero {
      let place = (0..<3).map { Wording.short(file.origin[$0], 12) }.joined(separator: ", ")
      text += "origin        \(place) (taken away from all positions)\n"
    }
    if let axis = file.upAxis { text += "up            \(vector(SIMD3<Float>(axis)))\n" }
    for warning in file.warnings { text += "warning       \(warning)\n" }
    for comment in file.comments { text += "comment       \(comment)\n" }
    text += "opacity\n" + opacities.lines { Wording.fixed($0, 1) }
    text += "largest scale, world units\n" + scales.lines { Wording.short($0, 2) }
    return text
  }

  private var json: JSON {
    func vector(_ value: SIMD3<Float>) -> JSON {
      .array((0..<3).map { .number(Double(value[$0])) })
    }
    return [
      "kind": "model", "path": .text(path), "bytes": .integer(bytes),
      "format": .text(file.format.rawValue),
      "splats": .integer(file.splats.count), "dropped": .integer(file.dropped),
      "sh_degree": .integer(file.splats.shDegree), "antialias": .bool(file.splats.isAntialiased),
      "bounds": ["minimum": vector(bounds.low), "maximum": vector(bounds.high)],
      "origin": .array((0..<3).map { .number(file.origin[$0]) }),
      "warnings": .array(file.warnings.map { .text($0) }),
      "comments": .array(file.comments.map { .text($0) }),
      "opacity": opacities.json, "scale": scales.json,
    ]
  }
}
