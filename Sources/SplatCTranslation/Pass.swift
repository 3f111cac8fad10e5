package import CSplat
package import SplatCBase
import SplatCore
import SplatRendering

/// A render that a backward pass can start from.
package final class Pass {
  private let pass: DifferentiablePass
  private let count: Int
  private let widths: ColorWidths

  private init(_ pass: DifferentiablePass, of gaussians: Model.Gaussians) {
    self.pass = pass
    count = gaussians.parameters.count
    widths = gaussians.widths
  }

  /// Renders; see `splat_render`.
  package static func render(
    _ context: OpaquePointer?, _ model: OpaquePointer?, _ camera: UnsafePointer<splat_camera>?,
    _ options: UnsafePointer<splat_render_options>?, _ outputs: UnsafePointer<splat_outputs>?,
    _ result: UnsafeMutablePointer<OpaquePointer?>?
  ) throws(CallFailure) {
    // Check everything.
    let context = unsafe try Handle.object(context, Context.self, "context")
    let gaussians = unsafe try Handle.object(model, Model.self, "model").gaussians
    let camera = unsafe try Camera(camera)
    var settings = unsafe try RenderSettings(options)
    let count = gaussians.parameters.count
    let outputs = unsafe try OutputsArgument(outputs, camera: camera, count: count)
    settings.includesDepth = outputs.includesDepth
    settings.threads = context.threadCount
    let isForBackward = unsafe result != nil
    if isForBackward { _ = unsafe try Arguments.result(result, "pass") }
    let perGaussian = MemoryLayout<ProjectedSplat>.stride + 8 + (isForBackward ? 8 : 0)
    let perPixel = isForBackward ? 40 : 20
    try MemoryCheck.require(
      count * perGaussian + camera.width * camera.height * perPixel, for: "the render")

    // Render and write the results.
    guard
      let pass = DifferentiablePass(
        gaussians.parameters, form: gaussians.form, clusters: gaussians.clusters, camera: camera,
        settings: settings, isForBackward: isForBackward, pool: context.pool,
        hasMemory: MemoryCheck.has)
    else {
      throw CallFailure(
        status: SPLAT_ERROR_MEMORY,
        message: "there is not enough memory: too many Gaussians reach too many tiles")
    }
    outputs.frame.fill(from: pass)
    outputs.projected.fill(from: pass)
    if let result = unsafe result {
      unsafe result.pointee = Handle.make(Pass(pass, of: gaussians))
    }
  }

  /// Adds gradients; see `splat_render_backward`.
  package static func backward(
    _ pass: OpaquePointer?, _ imageGradients: UnsafePointer<splat_image_gradients>?,
    _ gradients: UnsafePointer<splat_gradients>?
  ) throws(CallFailure) {
    // Check everything.
    let handle = unsafe try Handle.object(pass, Pass.self, "pass")
    let pass = handle.pass
    let image = unsafe try ImageGradientsArgument(imageGradients, pass: pass)
    let wanted = unsafe try GradientsArgument(
      gradients, count: handle.count, widths: handle.widths)

    // Propagate, and add to the caller's arrays.
    let (planes, background) = image.memory.planes(for: pass)
    let rows = wanted.rows
    let moved = pass.backward(planes, includesAbsolute: rows.absoluteMeans2D != nil) { block in
      rows.add(block)
    }
    if let view = wanted.viewMatrix {
      let matrix = moved.matrix(at: pass.camera.viewMatrix)
      for (index, value) in matrix.enumerated() { view[index] += value }
    }
    if let sum = wanted.background {
      for (channel, value) in background.enumerated() { sum[channel] += value }
    }
  }
}
