import SplatFiles
import SplatTraining

/// The quality of several images and its mean.
struct QualityReport {
  private let images: [ViewQuality]
  /// The same images from cameras that were aligned to the model; none if that was not done.
  private let aligned: [ViewQuality]

  /// A report of `images`; nothing if there are none.
  init?(_ images: [ViewQuality], aligned: [ViewQuality] = []) {
    guard !images.isEmpty else { return nil }
    self.images = images
    self.aligned = aligned
  }

  private static func mean(_ images: [ViewQuality]) -> ViewQuality {
    func mean(_ value: (ViewQuality) -> Double) -> Double {
      images.reduce(0) { $0 + value($1) } / Double(images.count)
    }
    return ViewQuality(
      name: "mean", psnr: mean(\.psnr), correctedPSNR: mean(\.correctedPSNR), ssim: mean(\.ssim))
  }

  /// Writes tables for people.
  func print() {
    Self.print(images)
    guard !aligned.isEmpty else { return }
    Console.write("with cameras aligned to the model:\n")
    Self.print(aligned)
  }

  private static func print(_ images: [ViewQuality]) {
    let width = max(4, images.map(\.name.count).max() ?? 0)
    Console.write(Wording.padded("image", width) + "     PSNR corrected    SSIM\n")
    for image in images + [mean(images)] {
      Console.write(
        Wording.padded(image.name, width) + Wording.aligned(Wording.fixed(image.psnr, 3), 9)
          + Wording.aligned(Wording.fixed(image.correctedPSNR, 3), 10)
          + Wording.aligned(Wording.fixed(image.ssim, 4), 8) + "\n")
    }
  }

  /// Writes lines for programs; `more` are members of the last one.
  func emit(to report: ReportOptions, more: [(String, JSON)] = []) {
    for image in imageMembers {
      report.emit(
        .object([("event", "image"), ("name", .text(image.name))] + image.members))
    }
    report.emit(
      .object([("event", "result"), ("images", .integer(images.count))] + members + more))
  }

  /// The mean values.
  var members: [(String, JSON)] {
    Self.members(Self.mean(images))
      + (aligned.isEmpty ? [] : Self.members(Self.mean(aligned), ending: "_aligned"))
  }

  /// Each image's name and values.
  var imageMembers: [(name: String, members: [(String, JSON)])] {
    images.indices.map { index in
      let more = aligned.isEmpty ? [] : Self.members(aligned[index], ending: "_aligned")
      return (images[index].name, Self.members(images[index]) + more)
    }
  }

  private static func members(_ quality: ViewQuality, ending: String = "") -> [(String, JSON)] {
    [
      ("psnr" + ending, .number(quality.psnr)),
      ("psnr_corrected" + ending, .number(quality.correctedPSNR)),
      ("ssim" + ending, .number(quality.ssim)),
    ]
  }
}
