import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite struct StraightenedPhotoTests {
  /// A smooth picture of the plane at distance 1, as `lens` takes it.
  private func photo(_ lens: PhotoLens) -> Photo {
    var bytes: [UInt8] = []
    for y in 0..<lens.height {
      for x in 0..<lens.width {
        let point = lens.point(of: SIMD2(Double(x) + 0.5, Double(y) + 0.5)) ?? .zero
        bytes += color(point)
      }
    }
    return Photo(width: lens.width, height: lens.height, channels: 3, bytes: bytes)
  }

  private func color(_ point: SIMD2<Double>) -> [UInt8] {
    [sin(point.x * 9), cos(point.y * 7), sin((point.x + point.y) * 5)].map {
      UInt8(127.5 + 120 * $0)
    }
  }

  @Test(arguments: LensFixtures.all, UndistortedArea.allCases)
  func aStraightenedPhotoShowsWhatAPinholeWould(
    entry: COLMAPModel.CameraEntry, area: UndistortedArea
  ) throws {
    let lens = try entry.photoLens(path: "c")
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.png"
      try PNGFile.write(photo(lens), to: path, isFast: true)
      let camera = lens.pinhole(area: area, viewMatrix: .identity)
      let view = SceneView(name: "a", camera: camera, imagePath: path, isTest: false, lens: lens)
      let read = try view.read()
      #expect(read.photo.width == camera.width && read.photo.height == camera.height)
      #expect((read.coverage == nil) == (area == .crop) || area == .crop)
      var worst = 0
      for pixel in 0..<camera.width * camera.height where read.validity?[pixel] != 0 {
        let place = SIMD2(
          Double(pixel % camera.width) + 0.5, Double(pixel / camera.width) + 0.5)
        // The outermost half pixel goes on with the border's colour.
        let point = (place - camera.principalPoint) / camera.focalLength
        let source = try #require(lens.pixel(of: point))
        guard source.x > 0.5, source.y > 0.5, source.x < Double(lens.width) - 0.5,
          source.y < Double(lens.height) - 0.5
        else { continue }
        for (channel, value) in color(point).enumerated() {
          worst = max(worst, abs(Int(read.photo.bytes[pixel * 3 + channel]) - Int(value)))
        }
      }
      #expect(worst <= 2, "\(entry.lens.name) \(area): \(worst)")
      // All blank pixels together are less than half of the picture, and there are none after a
      // crop.
      let blank = read.coverage.map { coverage in coverage.count { $0 == 0 } } ?? 0
      #expect(blank <= (area == .crop ? 0 : camera.width * camera.height / 2))
    }
  }

  @Test func smallerPhotosHaveSmallerCamerasAndMasks() throws {
    let lens = try LensFixtures.all[0].photoLens(path: "c")
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.png"
      try PNGFile.write(photo(lens), to: path, isFast: true)
      let camera = lens.pinhole(area: .keep, viewMatrix: .identity)
      let view = SceneView(name: "a", camera: camera, imagePath: path, isTest: false, lens: lens)
      let scale = PhotoScale.downscale(3)
      let read = try view.read(PhotoOptions(scale: scale))
      let small = scale.camera(camera)
      #expect(read.photo.width == small.width && read.photo.height == small.height)
      let coverage = try #require(read.coverage)
      #expect(coverage.count == small.width * small.height)
      // The lens draws corners in: blank pixels are along the borders, not in the corners or the
      // middle.
      #expect(coverage[small.height / 2 * small.width + small.width / 2] == 1)
      #expect(coverage.contains(0))
    }
  }

  @Test func masksAreStraightenedWithTheirPhotos() throws {
    let lens = try LensFixtures.all[0].photoLens(path: "c")
    try withTemporaryFolder { folder in
      var mask = photo(lens)
      mask.bytes = (0..<lens.width * lens.height).flatMap { pixel -> [UInt8] in
        let isKept = pixel % lens.width > lens.width / 2
        return [UInt8](repeating: isKept ? 255 : 0, count: 3)
      }
      try PNGFile.write(photo(lens), to: "\(folder)/a.png", isFast: true)
      try PNGFile.write(mask, to: "\(folder)/mask.png", isFast: true)
      let camera = lens.pinhole(area: .crop, viewMatrix: .identity)
      let view = SceneView(
        name: "a", camera: camera, imagePath: "\(folder)/a.png", isTest: false, lens: lens,
        maskPath: "\(folder)/mask.png")
      let read = try #require(try view.read().mask)
      for (isInverted, values) in [
        (false, read), (true, try #require(try view.read(PhotoOptions(invertsMasks: true)).mask)),
      ] {
        for pixel in values.indices {
          let place = SIMD2(
            Double(pixel % camera.width) + 0.5, Double(pixel / camera.width) + 0.5)
          let source = try #require(
            lens.pixel(of: (place - camera.principalPoint) / camera.focalLength))
          let border = Double(lens.width / 2) + 1
          guard abs(source.x - border) > 0.6 else { continue }
          #expect(values[pixel] == ((source.x > border) != isInverted ? 1 : 0))
        }
      }
    }
  }

  @Test func transparentPixelsLendNoColour() throws {
    var entry = LensFixtures.all[0]
    (entry.width, entry.height) = (40, 30)
    entry.parameters = [50, 20, 15, -0.1]
    let lens = try entry.photoLens(path: "c")
    try withTemporaryFolder { folder in
      // Red where it is opaque, and green where nobody sees it.
      let bytes = (0..<1200).flatMap { pixel -> [UInt8] in
        pixel % 40 < 20 ? [200, 0, 0, 255] : [0, 250, 0, 0]
      }
      let path = "\(folder)/a.png"
      try PNGFile.write(Photo(width: 40, height: 30, channels: 4, bytes: bytes), to: path)
      let camera = lens.pinhole(area: .crop, viewMatrix: .identity)
      let view = SceneView(name: "a", camera: camera, imagePath: path, isTest: false, lens: lens)
      let photo = try view.read().photo
      #expect(photo.channels == 4)
      for pixel in 0..<photo.width * photo.height where photo.bytes[pixel * 4 + 3] > 0 {
        #expect(photo.bytes[pixel * 4] >= 199 && photo.bytes[pixel * 4 + 1] == 0)
      }
      let masked = try view.read(PhotoOptions(alpha: .mask))
      #expect(masked.photo.channels == 3)
      #expect(
        masked.mask
          == (0..<photo.width * photo.height).map {
            photo.bytes[$0 * 4 + 3] < 128 ? 0 : 1
          })
    }
  }
}
