package import SplatCore

/// An image in a caller's memory, with any distance between rows and between pixels.
package struct PixelMemory: Sendable {
  /// From the first byte of the first pixel to the last byte of the last one.
  private let bytes: BufferView<UInt8>
  /// Distances in bytes.
  private let rowStride: Int, pixelStride: Int

  package init(bytes: BufferView<UInt8>, rowStride: Int, pixelStride: Int) {
    self.bytes = bytes
    self.rowStride = rowStride
    self.pixelStride = pixelStride
  }

  /// The offset of a pixel.
  @inline(__always)
  func offset(x: Int, y: Int) -> Int { y * rowStride + x * pixelStride }

  /// Writes a channel of the pixel at `offset`.
  @inline(__always)
  func store(_ value: Float, at offset: Int, channel: Int = 0) {
    bytes.store(value, at: offset + 4 * channel)
  }

  /// Writes a channel of the pixel at `offset` as a byte.
  @inline(__always)
  func storeByte(_ value: Float, at offset: Int, channel: Int) {
    bytes[offset + channel] = Frame.byte(value)
  }

  /// A channel of the pixel at `offset`.
  @inline(__always)
  func float(at offset: Int, channel: Int = 0) -> Float { bytes.float(at: offset + 4 * channel) }
}

/// How the channels of a pixel lie in memory.
package enum PixelFormat: Sendable {
  case rgbFloat, rgbaFloat, rgb8, rgba8

  /// The number of bytes of a pixel.
  package var size: Int {
    switch self {
    case .rgbFloat: 12
    case .rgbaFloat: 16
    case .rgb8: 3
    case .rgba8: 4
    }
  }
  /// The number of bytes of a channel.
  package var channelSize: Int { self == .rgbFloat || self == .rgbaFloat ? 4 : 1 }
}

/// The images of a render in a caller's memory; nil where one is not wanted.
package struct FrameMemory: Sendable {
  /// The picture over the background.
  package var color: PixelMemory?
  package var colorFormat = PixelFormat.rgbFloat
  package var alpha: PixelMemory?
  /// The accumulated depth.
  package var depth: PixelMemory?
  package var expectedDepth: PixelMemory?

  package init() {}

  /// Writes the images of `pass`.
  package func fill(from pass: DifferentiablePass) {
    let (camera, image) = (pass.camera, pass.image)
    Workers(threads: pass.settings.threads).forEachRange(camera.height, size: 8) { rows, _ in
      for y in rows {
        let row = y * image.rowStride
        if let color { write(image, row: row, y: y, width: camera.width, to: color) }
        for x in 0..<camera.width {
          let alpha = 1 - image.transmittance[row + x]
          if let memory = self.alpha { memory.store(alpha, at: memory.offset(x: x, y: y)) }
          if let depth { depth.store(image.depth[row + x], at: depth.offset(x: x, y: y)) }
          if let expectedDepth {
            expectedDepth.store(
              ExpectedDepth.forward(accumulated: image.depth[row + x], alpha: alpha),
              at: expectedDepth.offset(x: x, y: y))
          }
        }
      }
    }
  }

  /// Writes a row of the picture.
  @inline(__always)
  private func write(_ image: ImagePlanes, row: Int, y: Int, width: Int, to color: PixelMemory) {
    let isFloat = colorFormat.channelSize == 4
    let hasAlpha = colorFormat == .rgbaFloat || colorFormat == .rgba8
    for x in 0..<width {
      let offset = color.offset(x: x, y: y)
      func store(_ value: Float, _ channel: Int) {
        if isFloat {
          color.store(value, at: offset, channel: channel)
        } else {
          color.storeByte(value, at: offset, channel: channel)
        }
      }
      store(image.red[row + x], 0)
      store(image.green[row + x], 1)
      store(image.blue[row + x], 2)
      if hasAlpha { store(1 - image.transmittance[row + x], 3) }
    }
  }
}

/// The gradient of a loss with respect to the images of a render, in a caller's memory; nil where
/// it is 0.
package struct FrameGradientMemory: Sendable {
  /// Of red, green and blue: three floats.
  package var color: PixelMemory?
  package var alpha: PixelMemory?
  /// Of the accumulated depth.
  package var depth: PixelMemory?
  package var expectedDepth: PixelMemory?

  package init() {}

  /// Copies the gradient to planes for ``DifferentiablePass/backward(_:includesAbsolute:_:)``, and
  /// returns the gradient of the background.
  package func planes(for pass: DifferentiablePass) -> (ImageGradients, background: [Double]) {
    let (camera, image) = (pass.camera, pass.image)
    let room = pass.gradientRoom(
      includesAlpha: alpha != nil || expectedDepth != nil,
      includesDepth: depth != nil || expectedDepth != nil)
    var sums = [SIMD3<Double>](repeating: .zero, count: camera.height)
    sums.withView { sums in
      Workers(threads: pass.settings.threads).forEachRange(camera.height, size: 8) { rows, _ in
        for y in rows {
          var background = SIMD3<Double>.zero
          for x in 0..<camera.width {
            let index = y * camera.width + x
            let grad = gradColor(x: x, y: y)
            (room.red[index], room.green[index], room.blue[index]) = (grad.x, grad.y, grad.z)
            background += SIMD3<Double>(grad * image.transmittance[index])
            writeAlphaAndDepth(x: x, y: y, index: index, image: image, to: room)
          }
          sums[y] = background
        }
      }
    }
    let sum = sums.reduce(SIMD3<Double>.zero) { $0 + $1 }
    return (room, [sum.x, sum.y, sum.z])
  }

  @inline(__always)
  private func gradColor(x: Int, y: Int) -> SIMD3<Float> {
    guard let color else { return .zero }
    let offset = color.offset(x: x, y: y)
    return SIMD3(
      color.float(at: offset), color.float(at: offset, channel: 1),
      color.float(at: offset, channel: 2))
  }

  /// Writes the gradients of alpha and of the accumulated depth of a pixel.
  @inline(__always)
  private func writeAlphaAndDepth(
    x: Int, y: Int, index: Int, image: ImagePlanes, to room: ImageGradients
  ) {
    var gradAlpha = alpha.map { $0.float(at: $0.offset(x: x, y: y)) } ?? 0
    var gradDepth = depth.map { $0.float(at: $0.offset(x: x, y: y)) } ?? 0
    if let expectedDepth {
      let grad = ExpectedDepth.backward(
        accumulated: image.depth[index], alpha: 1 - image.transmittance[index],
        gradExpected: expectedDepth.float(at: expectedDepth.offset(x: x, y: y)))
      gradDepth += grad.accumulated
      gradAlpha += grad.alpha
    }
    if room.alpha.count > 0 { room.alpha[index] = gradAlpha }
    if room.depth.count > 0 { room.depth[index] = gradDepth }
  }
}
