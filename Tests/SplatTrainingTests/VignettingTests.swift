import SplatCore
import SplatMetrics
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct VignettingTests {
  @Test(arguments: UInt64(0)..<20) func backwardIsTheSlopeOfForward(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let square = random.uniformDouble()
    let error = GradientCheck.worstError(
      inputs: (0..<3).map { _ in Double(random.normal()) }, weights: [Double(random.normal())],
      forward: { [Vignetting.forward(squaredRadius: square, $0[0], $0[1], $0[2])] },
      backward: { _, grad in
        let back = Vignetting.backward(squaredRadius: square, grad: grad[0])
        return [back.a, back.b, back.c]
      })
    #expect(error < GradientCheck.tolerance, "seed \(seed): \(error)")
  }

  /// The gradients of a sum over an exposed image, by differences of that sum; and backward gives
  /// the render back.
  @Test func backwardOfAnImageIsTheSlopeOfApply() {
    let (width, height) = (21, 14)
    let camera = Camera(
      width: width, height: height, focalLength: SIMD2(20, 20), principalPoint: SIMD2(9, 8))
    let background = SIMD3<Float>(0.9, 0.2, 0.5)
    var random = RandomSource(seed: 3, purpose: .testing)
    let buffers = (PaddedBuffer(), PaddedBuffer(), Buffer<Float>(), Buffer<Float>())
    let render = buffers.0.planes(width: width, height: height)
    let photo = buffers.1.planes(width: width, height: height)
    let images = ImagePair(render: render, photo: photo, mask: photo.values.slice(0..<0))
    let transmittance = buffers.2.view(count: render.planeSize)
    let workers = Workers(threads: 2)
    var (light, weights): ([Float], [Float]) = ([], [])
    for place in 0..<3 * width * height {
      light.append(random.uniform())
      weights.append(random.uniform() - 0.5)
      transmittance[place % transmittance.count] = random.uniform()
    }
    func draw(_ exposure: Exposure) {
      let behind = exposure.before(background)
      for channel in 0..<3 {
        for y in 0..<height {
          for x in 0..<width {
            render.values[render.rowStart(channel: channel, y) + x] =
              light[(channel * height + y) * width + x]
              + behind[channel] * transmittance[y * render.stride + x]
          }
        }
      }
    }
    func sum(_ exposure: Exposure) -> Double {
      draw(exposure)
      exposure.apply(
        to: images, transmittance: transmittance, background: background, workers: workers)
      var sum = 0.0
      for channel in 0..<3 {
        for y in 0..<height {
          for x in 0..<width {
            sum +=
              Double(render.values[render.rowStart(channel: channel, y) + x])
              * Double(weights[(channel * height + y) * width + x])
          }
        }
      }
      return sum
    }
    func exposure(_ values: [Float]) -> Exposure {
      Exposure(
        logGains: SIMD3(values[0..<3]),
        vignetting: Vignetting(coefficients: SIMD3(values[3..<6]), camera: camera))
    }
    let values: [Float] = [0.3, -0.2, 0.1, -0.7, 0.4, -0.3]
    _ = sum(exposure(values))
    let gradient = buffers.3.view(count: 4 * width * height)
    gradient.fill(0)
    for place in weights.indices { gradient[place] = weights[place] }
    let alpha = gradient.slice(3 * width * height..<4 * width * height)
    let found = exposure(values).backward(
      images,
      gradient: (0..<3).map { gradient.slice($0 * width * height..<($0 + 1) * width * height) },
      transmittance: transmittance, background: background, alpha: alpha, sums: Buffer<Float>(),
      workers: workers)
    // The render is as it was.
    let exposed = render.values
    var restored: [Float] = []
    for channel in 0..<3 {
      for y in 0..<height {
        for x in 0..<width { restored.append(exposed[render.rowStart(channel: channel, y) + x]) }
      }
    }
    draw(exposure(values))
    for channel in 0..<3 {
      for y in 0..<height {
        for x in 0..<width {
          let place = (channel * height + y) * width + x
          let drawn = render.values[render.rowStart(channel: channel, y) + x]
          #expect(abs(restored[place] - drawn) < 1e-5)
        }
      }
    }
    for index in values.indices {
      let step: Float = 1e-3
      var (more, less) = (values, values)
      more[index] += step
      less[index] -= step
      let slope = (sum(exposure(more)) - sum(exposure(less))) / Double(more[index] - less[index])
      let back = index < 3 ? found.logGains[index] : found.vignetting[index - 3]
      #expect(abs(slope - Double(back)) < 2e-3 * max(1, abs(slope)), "\(index): \(slope), \(back)")
    }
    // The light and the transmittance of a pixel, where the render over what lies behind follows.
    let all = exposure(values)
    for (x, y) in [(0, 0), (20, 13), (9, 7), (3, 12)] {
      func slope(_ change: (Float) -> Void) -> Double {
        change(0.05)
        let more = sum(all)
        change(-0.1)
        let less = sum(all)
        change(0.05)
        return (more - less) / 0.1
      }
      let place = y * width + x
      let light = slope { light[place] += $0 }
      #expect(abs(light - Double(gradient[place])) < 2e-3 * max(1, abs(light)))
      let left = slope { transmittance[y * render.stride + x] += $0 }
      let behind = all.before(background)
      var back = -alpha[place]
      for channel in 0..<3 {
        back += behind[channel] * gradient[channel * width * height + place]
      }
      #expect(abs(left - Double(back)) < 2e-3 * max(1, abs(left)), "\(left), \(back)")
    }
  }

  /// Photos lose light towards their corners: what is left there is found.
  @Test func theLightThatALensLosesIsFound() throws {
    var views = TrainingScenes.views(count: 24)
    let (width, height) = (views[0].camera.width, views[0].camera.height)
    func left(_ x: Int, _ y: Int) -> Float {
      let dx = Float(x) + 0.5 - Float(width) / 2, dy = Float(y) + 0.5 - Float(height) / 2
      return 1 - 0.5 * 4 * (dx * dx + dy * dy) / Float(width * width + height * height)
    }
    for index in views.indices {
      for y in 0..<height {
        for x in 0..<width {
          for channel in 0..<3 {
            let sample = (y * width + x) * 3 + channel
            let value = Float(views[index].photo.bytes[sample]) * left(x, y)
            views[index].photo.bytes[sample] = UInt8(value.rounded())
          }
        }
      }
    }
    let trainer = try TrainingScenes.trainedWithExposures(views)
    let coefficients = try #require(trainer.state.photos.values(ofPhoto: 0, .vignetting))
    func found(_ square: Float) -> Float {
      Vignetting.forward(
        squaredRadius: square, coefficients[0], coefficients[1], coefficients[2])
    }
    for square in [Float(0.25), 0.5] {
      let ratio = Float.exp(found(square) - found(0))
      #expect(abs(ratio - (1 - 0.5 * square)) < 0.06, "\(square): \(ratio)")
    }
    // Photos of one camera share the first one's.
    #expect(trainer.state.photos.values(ofPhoto: 1, .vignetting) == [0, 0, 0])
  }
}
