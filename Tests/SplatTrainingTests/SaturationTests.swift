import SplatCore
import SplatMetrics
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct SaturationTests {
  /// Only where the photo is cut off and the render is beyond that is the render cut off, and
  /// without a gradient.
  @Test func theRenderIsCutOffWhereThePhotoIs() {
    let (width, height) = (21, 3)
    let buffers = (PaddedBuffer(), PaddedBuffer(), Buffer<Float>())
    let render = buffers.0.planes(width: width, height: height)
    let photo = buffers.1.planes(width: width, height: height)
    let images = ImagePair(render: render, photo: photo, mask: photo.values.slice(0..<0))
    let gradient = buffers.2.view(count: 3 * width * height)
    let planes = (0..<3).map {
      gradient.slice($0 * width * height..<($0 + 1) * width * height)
    }
    func forEach(_ body: (_ channel: Int, _ place: Int, _ inPlane: Int) -> Void) {
      for channel in 0..<3 {
        for y in 0..<height {
          for x in 0..<width {
            body(channel, render.rowStart(channel: channel, y) + x, y * width + x)
          }
        }
      }
    }
    var random = RandomSource(seed: 4, purpose: .testing)
    var drawn: [Int: Float] = [:]
    forEach { channel, place, inPlane in
      drawn[place] = 2 * random.uniform()
      render.values[place] = drawn[place]!
      photo.values[place] = random.uniform() < 0.5 ? 1 : 0.99
      planes[channel][inPlane] = 1
    }
    let workers = Workers(threads: 2)
    Saturation.apply(to: images, workers: workers)
    Saturation.backward(images, gradient: planes, workers: workers)
    var cut = 0
    forEach { channel, place, inPlane in
      let isCut = photo.values[place] == 1 && drawn[place]! > 1
      #expect(render.values[place] == (isCut ? 1 : drawn[place]!))
      #expect(planes[channel][inPlane] == (isCut ? 0 : 1))
      cut += isCut ? 1 : 0
    }
    #expect(cut > 20 && cut < 80)
  }
}
