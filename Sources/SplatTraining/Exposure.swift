package import SplatCore
package import SplatMetrics

/// The exposure and white balance of a photo: a gain for each channel, and the vignetting of its
/// lens.
///
/// They turn the model's light into that of the photo; what lies behind the scene is the same for
/// all photos. Gains are learnt as logarithms, so that halving and doubling are alike.
package struct Exposure: BitwiseCopyable, Sendable {
  private let gains: SIMD3<Float>
  /// Nil if it is not learnt.
  private let vignetting: Vignetting?

  package init(logGains: SIMD3<Float>, vignetting: Vignetting? = nil) {
    gains = SIMD3(Float.exp(logGains.x), Float.exp(logGains.y), Float.exp(logGains.z))
    self.vignetting = vignetting
  }

  /// The gradient of an exposure's parameters.
  package struct Gradient: BitwiseCopyable, Sendable {
    /// The gradient of the logarithms of the gains.
    package var logGains: SIMD3<Float>
    /// The gradient of the coefficients of the ``Vignetting``.
    package var vignetting: SIMD3<Float>

    static let zero = Gradient(logGains: .zero, vignetting: .zero)
  }

  // MARK: The step

  /// Returns a channel of a pixel of the photo.
  ///
  /// - Parameters:
  ///   - light: The model's colour times its opacity.
  ///   - behind: The background's colour times the transmittance.
  @inline(__always)
  package static func forward<Scalar: Real>(
    light: Scalar, behind: Scalar, logGain: Scalar
  ) -> Scalar {
    let gain = Scalar.exp(logGain)  // (1)
    return light * gain + behind  // (2)
  }

  /// Returns the gradients of the light and of the logarithm of the gain.
  ///
  /// Numbers in the margin name the line of forward being differentiated.
  ///
  /// - Parameter image: What forward returned.
  @inline(__always)
  package static func backward<Scalar: Real>(
    image: Scalar, behind: Scalar, gain: Scalar, grad: Scalar
  ) -> (light: Scalar, logGain: Scalar) {
    (grad * gain, grad * (image - behind))  // (2), (2) (1)
  }

  // MARK: The start

  /// The part of a difference in light, as a logarithm, that is left in the values of a photo: they
  /// are about this power of light (IEC 61966-2-1, sRGB).
  private static let powerOfLight = 1 / 2.2

  /// The logarithm of the gain that a difference in light makes.
  package static func logGain(ofStops stops: Double) -> Float {
    Float(stops * Double.log(2) * powerOfLight)
  }

  /// The logarithms of the gains to start from, relative to their mean.
  ///
  /// - Parameter stops: How bright the camera made each photo, in stops, where that is known.
  package static func initialLogGains(stops: [Double?]) -> [Float] {
    let known = stops.compactMap { $0 }
    let mean = known.reduce(0, +) / Double(max(1, known.count))
    return stops.map { stops in
      stops.map { logGain(ofStops: $0 - mean) } ?? 0
    }
  }

  // MARK: Images

  /// The background to draw the model with: ``apply(to:transmittance:background:workers:)`` turns
  /// it into `background`.
  package func before(_ background: SIMD3<Float>) -> SIMD3<Float> { background / gains }

  /// Whether the image depends on alpha in other ways than the render does: vignetting leaves what
  /// lies behind the scene as it is.
  package func changesWithAlpha(background: SIMD3<Float>) -> Bool {
    vignetting != nil && background != .zero
  }

  /// Turns a render over ``before(_:)`` into the photo's exposure.
  ///
  /// - Parameters:
  ///   - transmittance: In the layout of a channel of `images.render`, from its first pixel on.
  ///   - background: What lies behind the scene in the photo.
  package func apply(
    to images: ImagePair, transmittance: BufferView<Float>, background: SIMD3<Float>,
    workers: Workers
  ) {
    let render = images.render
    Self.forEachRow(of: render, workers: workers) { channel, row in
      let gain = Lanes(repeating: gains[channel])
      let (start, width) = (render.rowStart(channel: channel, row), render.width)
      guard let vignetting else {
        for x in stride(from: start, to: start + width, by: Lanes.scalarCount) {
          render.values.setLanes(x, render.values.lanes(x) * gain)
        }
        return
      }
      let background = Lanes(repeating: background[channel])
      for x in stride(from: 0, to: width, by: Lanes.scalarCount) {
        let count = min(Lanes.scalarCount, width - x)
        let left = vignetting.gains(squaredRadius: vignetting.squaredRadius(x: x, row: row))
        let behind = background * transmittance.lanes(row * render.stride + x, count: count)
        let exposed = render.values.lanes(start + x) * gain
        render.values.setLanes(start + x, (behind * (Lanes(1) - left)).addingProduct(exposed, left))
      }
    }
  }

  /// Turns the gradient of the exposed image into that of the render, and the image back into the
  /// render.
  ///
  /// - Parameters:
  ///   - gradient: A plane of height x width for each channel.
  ///   - transmittance: In the layout of a channel of `images.render`, from its first pixel on.
  ///   - alpha: A plane of height x width, to which the gradient of alpha is added where the render's
  ///     colours stay the same; needed if ``changesWithAlpha(background:)``.
  ///   - sums: Memory.
  package func backward(
    _ images: ImagePair, gradient: [BufferView<Float>], transmittance: BufferView<Float>,
    background: SIMD3<Float>, alpha: BufferView<Float>?, sums: Buffer<Float>, workers: Workers
  ) -> Gradient {
    let render = images.render
    let width = render.width
    let sums = RowSums(sums, quantities: 4, channels: 3, height: render.height)
    Self.forEachRow(of: render, workers: workers) { channel, row in
      let background = Lanes(repeating: background[channel])
      let (start, grad) = (render.rowStart(channel: channel, row), gradient[channel])
      var (sum, a, b, c) = (Lanes(0), Lanes(0), Lanes(0), Lanes(0))
      for x in stride(from: 0, to: width, by: Lanes.scalarCount) {
        let (place, count) = (row * width + x, min(Lanes.scalarCount, width - x))
        let image = render.values.lanes(start + x)
        let behind = background * transmittance.lanes(row * render.stride + x, count: count)
        var gain = Lanes(repeating: gains[channel])
        var exposed = image
        let gradImage = grad.lanes(place, count: count)
        let square = vignetting?.squaredRadius(x: x, row: row)
        if let vignetting, let square {
          let left = vignetting.gains(squaredRadius: square)
          exposed = (image - behind * (Lanes(1) - left)) / left
          gain *= left
          if let alpha {
            let added = gradImage * background * (left - Lanes(1))
            alpha.setLanes(place, alpha.lanes(place, count: count) + added, count: count)
          }
        }
        let back = Self.backward(image: image, behind: behind, gain: gain, grad: gradImage)
        sum += back.logGain
        if let square {
          let coefficients = Vignetting.backward(squaredRadius: square, grad: back.logGain)
          a += coefficients.a
          b += coefficients.b
          c += coefficients.c
        }
        grad.setLanes(place, back.light, count: count)
        render.values.setLanes(start + x, exposed * Lanes(repeating: 1 / gains[channel]))
      }
      sums.set(0, channel: channel, row: row, sum)
      sums.set(1, channel: channel, row: row, a)
      sums.set(2, channel: channel, row: row, b)
      sums.set(3, channel: channel, row: row, c)
    }
    func total(_ quantity: Int, _ channels: Range<Int>) -> Float {
      Float(sums.total(quantity, channels: channels))
    }
    return Gradient(
      logGains: SIMD3(total(0, 0..<1), total(0, 1..<2), total(0, 2..<3)),
      vignetting: SIMD3(total(1, 0..<3), total(2, 0..<3), total(3, 0..<3)))
  }

  /// Calls `body` with the rows of a render's colours.
  @inline(__always)
  static func forEachRow(
    of render: PaddedPlanes, workers: Workers,
    _ body: @Sendable (_ channel: Int, _ row: Int) -> Void
  ) {
    workers.forEachRange(render.height, size: 32) { rows, _ in
      for row in rows {
        for channel in ImagePair.colors { body(channel, row) }
      }
    }
  }
}
