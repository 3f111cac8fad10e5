import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite(.serialized) struct Scratch {
  @Test func speed() throws {
    var splats = Splats(count: 1_000_000, shDegree: 3)
    for i in 0..<splats.parameters.storage.count {
      splats.parameters.storage[i] = Float(i % 1013) * 0.001 + 0.1
    }
    let path = "/tmp/splat-files-speed.ply"
    let clock = ContinuousClock()
    for _ in 0..<3 {
      let w = try clock.measure { try SplatPLY.write(splats, to: path) }
      var r: SplatFile?
      let t = try clock.measure { r = try SplatPLY.read(path: path) }
      print("write", w, "read", t, r?.splats == splats)
    }
    try FileManager.default.removeItem(atPath: path)
    let photo = Photo(
      width: 4000, height: 3000, channels: 3,
      bytes: (0..<36_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2654435761 >> 9) })
    for (w, h) in [(2000, 1500), (1600, 1200), (500, 375)] {
      let t = clock.measure { _ = photo.areaDownscaled(width: w, height: h) }
      print("downscale 12 Mpx", w, h, t)
    }
    try JPEGFile.write(photo, to: "/tmp/splat-files-speed.jpg")
    for (w, h) in [(4000, 3000), (1600, 1200), (500, 375)] {
      let t = try clock.measure {
        _ = try ImageFile.read(path: "/tmp/splat-files-speed.jpg", scaledTo: (w, h))
      }
      print("jpeg noise 12 Mpx", w, h, t)
    }
    try FileManager.default.removeItem(atPath: "/tmp/splat-files-speed.jpg")
  }
}
