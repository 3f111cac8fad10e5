import SplatFiles
import SplatTraining

/// PSNR and SSIM of several images, and their means.
struct QualityReport {
  /// The mean PSNR, in decibels.
  let psnr: Double
  /// The mean SSIM.
  let ssim: Double
  private let images: [ViewQuality]

  /// A report of `images`; nothing if there are none.
  init?(_ images: [ViewQuality]) {
    guard !images.isEmpty else { return nil }
    self.images = images
    let count = Double(images.count)
    psnr = images.reduce(0) { $0 + $1.psnr } / count
    ssim = images.reduce(0) { $0 + $1.ssim } / count
  }

  /// Writes a table for people.
  func print() {
    let width = max(4, images.map(\.name.count).max() ?? 0)
    Console.write(Wording.padded("image", width) + "     PSNR    SSIM\n")
    for image in images { Console.write(row(image.name, image.psnr, image.ssim, width)) }
    Console.write(row("mean", psnr, ssim, width))
  }

  /// Writes lines for programs; `more` are members of the last one.
  func emit(to report: ReportOptions, more: [(String, JSON)] = []) {
    for image in images {
      report.emit([
        "event": "image", "name": .text(image.name), "psnr": .number(image.psnr),
        "ssim": .number(image.ssim),
      ])
    }
    report.emit(
      .object(
        [
          ("event", "result"), ("images", .integer(images.count)), ("psnr", .number(psnr)),
          ("ssim", .number(ssim)),
        ] + more))
  }

  /// An image's values, without its name.
  static func json(_ quality: ViewQuality) -> JSON {
    ["psnr": .number(quality.psnr), "ssim": .number(quality.ssim)]
  }

  private func row(_ name: String, _ psnr: Double, _ ssim: Double, _ width: Int) -> String {
    Wording.padded(name, width) + Wording.aligned(Wording.fixed(psnr, 3), 9)
      + Wording.aligned(Wording.fixed(ssim, 4), 8) + "\n"
  }
}
