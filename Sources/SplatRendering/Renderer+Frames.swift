import Dispatch
public import SplatCore

extension Renderer {
  /// The pictures of `splats` that `cameras` take, in their order.
  public func render(_ splats: Splats, from cameras: [Camera]) -> [Frame] {
    cameras.map { render(splats, from: $0) }
  }

  /// The picture of `splats` that `camera` takes, drawn outside of the threads that tasks share.
  ///
  /// ```swift
  /// let frame = try await renderer.frame(of: splats, from: camera)
  /// ```
  ///
  /// - Throws: `CancellationError` if the task is cancelled before the picture is drawn.
  public func frame(of splats: Splats, from camera: Camera) async throws(CancellationError)
    -> Frame
  {
    guard !Task.isCancelled else { throw CancellationError() }
    let signal = CancellationSignal()
    let frame = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          var frame = Frame(
            width: camera.width, height: camera.height, includesDepth: settings.includesDepth)
          let isDrawn = render(splats, from: camera, into: &frame) { signal.isGiven }
          continuation.resume(returning: isDrawn ? frame : nil)
        }
      }
    } onCancel: {
      signal.give()
    }
    guard let frame else { throw CancellationError() }
    return frame
  }

  /// Writes the picture of `splats` that `camera` takes as bytes, red, green, blue and alpha of
  /// each pixel, to memory of the caller.
  ///
  /// Colours are clamped to 0...1 and rounded. They are those over the background, not divided by
  /// alpha.
  ///
  /// - Parameters:
  ///   - splats: the model.
  ///   - camera: the camera.
  ///   - pixels: `bytesPerRow` x the camera's height bytes, the first row at the top; bytes beyond
  ///     a row's pixels stay as they are.
  ///   - bytesPerRow: the bytes from one row to the next, 4 x the camera's width if it is nil.
  public func render(
    _ splats: Splats, from camera: Camera, into pixels: inout MutableSpan<UInt8>,
    bytesPerRow: Int? = nil
  ) {
    let stride = bytesPerRow ?? 4 * camera.width
    precondition(
      stride >= 4 * camera.width && pixels.count >= stride * camera.height,
      "there is room for the picture")
    let frame = render(splats, from: camera)
    for y in 0..<frame.height {
      for x in 0..<frame.width {
        let (source, target) = (y * frame.width + x, y * stride + 4 * x)
        pixels[target] = Frame.byte(frame.red[source])
        pixels[target + 1] = Frame.byte(frame.green[source])
        pixels[target + 2] = Frame.byte(frame.blue[source])
        pixels[target + 3] = Frame.byte(frame.alpha[source])
      }
    }
  }
}
