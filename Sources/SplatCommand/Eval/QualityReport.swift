import SplatFiles
import SplatTraining

/// The quality of several images and its mean.
struct QualityReport {
  private let images: [ViewQuality]
  private let mean: ViewQuality

  /// A report of `images`; nothing if there are none.
  init?(_ images: [ViewQuality]) {
    guard !images.isEmpty else { return nil }
    self.images = images
    func mean(_ value: (ViewQuality) -> Double) -> Double {
      images.reduce(0) { $0 + value($1) } / Double(images.count)
    }
    self.mean = ViewQuality(
      name: "mean", psnr: mean(\.psnr), correctedPSNR: mean(\.correctedPSNR), ssim: mean(\.ssim))
  }

  /// Writes a table for people.
  func print() {
    let width = max(4, images.map(\.name.count).max() ?? 0)
    Console.write(Wording.padded("image", width) + "     PSNR corrected    SSIM\n")
    for image in images + [mean] {
      Console.write(
        Wording.padded(image.name, width) + Wording.aligned(Wording.fixed(image.psnr, 3), 9)
          + Wording.aligned(Wording.fixed(image.correctedPSNR, 3), 10)
          + Wording.aligned(Wording.fixed(image.ssim, 4), 8) + "\n")
    }
  }

  /// Writes lines for programs.
  func emit(to report: ReportOptions) {
    for image in images {
      report.emit(
        .object([("event", "image"), ("name", .text(image.name))] + Self.members(image)))
    }
    report.emit(
      .object([("event", "result"), ("images", .integer(images.count))] + members))
  }

  /// The mean values.
  var members: [(String, JSON)] { Self.members(mean) }

  /// An image's values, without its name.
  static func members(_ quality: ViewQuality) -> [(String, JSON)] {
    [
      ("psnr", .number(quality.psnr)), ("psnr_corrected", .number(quality.correctedPSNR)),
      ("ssim", .number(quality.ssim)),
    ]
  }
}
