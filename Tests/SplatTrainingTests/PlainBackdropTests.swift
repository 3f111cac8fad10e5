import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct PlainBackdropTests {
  /// Photos of 8x6 pixels; `color` is called for each.
  private func photos(
    channels: Int = 3, mask: [UInt8]? = nil, _ color: (_ x: Int, _ y: Int) -> [UInt8]
  ) -> TrainingPhotos {
    let camera = SyntheticScene.cameras(count: 1, width: 8, height: 6)[0]
    let bytes = (0..<48).flatMap { color($0 % 8, $0 / 8) }
    let photo = Photo(width: 8, height: 6, channels: channels, bytes: bytes)
    return TrainingPhotos([TrainingView(name: "a", camera: camera, photo: photo, mask: mask)])
  }

  @Test func itIsTheColourOfMostOutermostPixels() {
    // Noise across the edge of a bin, and one side on which the object leaves the photo.
    let found = PlainBackdrop.color(
      of: photos { x, y in
        x == 0 ? [90, 200, 10] : [UInt8(15 + (x + y) % 2 * 2), 128, UInt8(252 + y % 3)]
      })
    let expected = SIMD3<Float>(16, 128, 253) / 255
    #expect(found.map { ($0 - expected).max() < 0.01 && ($0 - expected).min() > -0.01 } == true)
    #expect(PlainBackdrop.color(of: photos { _, _ in [0, 0, 0] }) == .zero)
  }

  @Test func ordinaryPhotosAndTransparentOrMaskedOnesHaveNone() {
    #expect(PlainBackdrop.color(of: photos { x, y in [UInt8(x * 30), UInt8(y * 40), 90] }) == nil)
    #expect(PlainBackdrop.color(of: photos(channels: 4) { _, _ in [0, 0, 0, 0] }) == nil)
    let mask = [UInt8](repeating: 0, count: 48)
    #expect(PlainBackdrop.color(of: photos(mask: mask) { _, _ in [0, 0, 0] }) == nil)
  }
}
