import SplatCore
import SplatTraining

/// Means of loss and PSNR since the last line of metrics.
///
/// The sums are part of a checkpoint: a resumed run writes the same lines as one that was not
/// stopped.
struct TrainingMeter {
  private var loss = 0.0
  private var psnr = 0.0
  private var count = 0.0

  init() {}

  /// Adds a step.
  mutating func add(_ progress: TrainingProgress) {
    let photos = Double(progress.photos)
    loss += photos * progress.loss
    psnr += photos * progress.psnr
    count += photos
  }

  /// Returns the means and starts new sums.
  mutating func take() -> (loss: Double, psnr: Double) {
    defer { self = TrainingMeter() }
    return (loss / max(1, count), psnr / max(1, count))
  }

  /// The number of bytes that ``bytes`` has.
  static let byteCount = 32

  /// The sums and their checksum.
  var bytes: [UInt8] {
    let words = [loss.bitPattern, psnr.bitPattern, count.bitPattern]
    return (words + [Self.check(words)]).flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
    }
  }

  /// Creates a meter from ``bytes``; nothing if they are damaged.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    let words = (0..<4).map { word in
      (0..<8).reduce(UInt64(0)) {
        $0 | UInt64(bytes[bytes.startIndex + word * 8 + $1]) << UInt64($1 * 8)
      }
    }
    guard words[3] == Self.check(Array(words[..<3])) else { return nil }
    loss = Double(bitPattern: words[0])
    psnr = Double(bitPattern: words[1])
    count = Double(bitPattern: words[2])
  }

  private static func check(_ words: [UInt64]) -> UInt64 {
    var checksum = Checksum()
    for word in words { checksum.add(word) }
    return checksum.value
  }
}
