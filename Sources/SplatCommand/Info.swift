import ArgumentParser
import Foundation
import SplatCore
import SplatFiles

/// `splat info`: what is in a model or a scene.
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what is in a model or a scene, and what is wrong with it.")

  @Argument(help: "A model file, a training output folder, or a scene folder.")
  var path: String
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let console = Console(isJSON: json)
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let isRun =
      exists && isFolder.boolValue
      && FileManager.default.fileExists(atPath: path + "/point_cloud")
    if exists, isFolder.boolValue, !isRun {
      try describeScene(console)
    } else {
      try describeModel(console)
    }
  }

  private func describeScene(_ console: Console) throws {
    let scene = try Scene.open(path: path)
    let sizes = Set(scene.views.map { "\($0.camera.width)x\($0.camera.height)" }).sorted()
    let object: [String: Any] = [
      "kind": scene.kind.rawValue, "images": scene.views.count,
      "train": scene.trainViews.count, "test": scene.testViews.count,
      "points": scene.points.count, "sizes": sizes, "warnings": scene.warnings,
    ]
    console.result(object) {
      ([
        "\(scene.kind.rawValue) scene \(path)",
        "  images  \(scene.views.count) (\(scene.trainViews.count) to train on, "
          + "\(scene.testViews.count) held out with --eval)",
        "  sizes   \(sizes.joined(separator: ", "))",
        "  points  \(scene.points.count)",
      ] + scene.warnings.map { "  warning: \($0)" }).joined(separator: "\n")
    }
  }

  private func describeModel(_ console: Console) throws {
    let model = try ModelPath(path)
    let file = try SplatPLY.read(path: model.file)
    let splats = file.splats
    var (low, high) = (splats[0].mean, splats[0].mean)
    var opacities = [Int](repeating: 0, count: 10)
    var scales: [Int: Int] = [:]
    for index in 0..<splats.count {
      let splat = splats[index]
      low = low.replacing(with: splat.mean, where: splat.mean .< low)
      high = high.replacing(with: splat.mean, where: splat.mean .> high)
      let opacity = 1 / (1 + exp(-splat.opacityLogit))
      opacities[min(9, Int(opacity * 10))] += 1
      let digit = Int((splat.logScale.max() / Float(M_LN10)).rounded(.down))
      scales[min(max(digit, -9), 9), default: 0] += 1
    }
    let object: [String: Any] = [
      "file": model.file, "gaussians": splats.count, "sh_degree": splats.shDegree,
      "antialiased": splats.isAntialiased, "dropped": file.dropped,
      "low": [low.x, low.y, low.z].map(Double.init),
      "high": [high.x, high.y, high.z].map(Double.init), "opacities": opacities,
    ]
    console.result(object) {
      func bar(_ count: Int) -> String {
        String(repeating: "#", count: Int((Double(count) / Double(splats.count) * 50).rounded(.up)))
      }
      var lines = [
        "model \(model.file)",
        "  Gaussians    \(splats.count)" + (file.dropped > 0 ? " (\(file.dropped) dropped)" : ""),
        "  SH degree    \(splats.shDegree)",
        "  antialiased  \(splats.isAntialiased ? "yes" : "no")",
        "  bounds       \(low.x) \(low.y) \(low.z) to \(high.x) \(high.y) \(high.z)",
        "  opacity",
      ]
      for (index, count) in opacities.enumerated() {
        lines.append(String(format: "    %.1f  %8d  %@", Double(index) / 10, count, bar(count)))
      }
      lines.append("  largest scale, by powers of ten")
      for digit in scales.keys.sorted() {
        lines.append(String(format: "    1e%+d  %8d  %@", digit, scales[digit, default: 0], bar(scales[digit, default: 0])))
      }
      return lines.joined(separator: "\n")
    }
  }
}
