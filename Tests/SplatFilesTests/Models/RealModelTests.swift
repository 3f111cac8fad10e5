import SplatCore
import SplatFiles
import SplatRendering
import SplatTestSupport
import Testing

/// A model of a real object, rendered as the plain renderer does it in double precision.
@Suite struct RealModelTests {
  /// The whole picture at a size that the plain renderer can do, and a part of it at the real size.
  private static func cameras(_ camera: Camera) -> [Camera] {
    var part = camera
    part.principalPoint -= SIMD2(Double(camera.width - 20) / 2, Double(camera.height - 20) / 2)
    (part.width, part.height) = (20, 20)
    return [camera.resized(width: 32, height: 32), part]
  }

  @Test(.enabled(if: SharedScenes.has("model_biker")), arguments: [0, 1])
  func theBikerIsRenderedAsTheReferenceDoes(view: Int) throws {
    let splats = try SplatPLY.read(path: SharedScenes.path("model_biker/biker.ply")).splats
    let list = try CameraPath.read(path: SharedScenes.path("model_biker/cameras.json"))
    let camera = Self.cameras(list[0].camera)[view]
    let settings = RenderSettings()
    let frame = Renderer(settings: settings).render(splats, from: camera)
    let reference = ReferenceRenderer(camera: camera, settings: settings).render(splats)
    var (sum, worst, covered) = (0.0, 0.0, 0)
    for (index, pixel) in reference.enumerated() {
      let difference =
        SIMD3(Double(frame.red[index]), Double(frame.green[index]), Double(frame.blue[index]))
        - pixel.color
      let error = max(
        abs(difference.x), abs(difference.y), abs(difference.z),
        abs(Double(frame.alpha[index]) - pixel.alpha))
      // Behind one another lie hundreds of Gaussians, some so close that single precision cannot
      // tell which is in front; the reference knows by how much that may change a pixel.
      #expect(error <= 1e-5 + 2 * pixel.doubt, "pixel \(index): off by \(error) from \(pixel)")
      sum += error
      worst = max(worst, error)
      if pixel.alpha > 0.5 { covered += 1 }
    }
    let mean = sum / Double(reference.count)
    print("biker, view \(view): \(covered) pixels covered, off by \(mean), at most \(worst)")
    #expect(mean < 1e-5)
    #expect(covered > reference.count / 10, "otherwise the comparison shows nothing")
  }
}
