import CSplat
import SplatCBase
import SplatCore
import SplatRendering

/// A checked `splat_image_gradients`.
struct ImageGradientsArgument {
  let memory: FrameGradientMemory

  init(
    _ pointer: UnsafePointer<splat_image_gradients>?, pass: DifferentiablePass
  ) throws(CallFailure) {
    let name = "image_gradients"
    let given = unsafe try Arguments.structure(pointer, name, empty: splat_image_gradients())
    let size = unsafe try ImageSize(pass.camera, given: (given.width, given.height), name)
    func plane(
      _ pointer: UnsafePointer<Float>?, _ row: Int, _ pixel: Int, channels: Int, _ member: String
    ) throws(CallFailure) -> PixelMemory? {
      unsafe try PixelMemory(
        UnsafeRawPointer(pointer), strides: (row, pixel), of: size, size: 4 * channels,
        alignment: 4, "\(name)->\(member)")
    }
    var memory = FrameGradientMemory()
    memory.color = unsafe try plane(
      given.color, given.color_row_stride, given.color_pixel_stride, channels: 3, "color")
    memory.alpha = unsafe try plane(
      given.alpha, given.alpha_row_stride, given.alpha_pixel_stride, channels: 1, "alpha")
    memory.depth = unsafe try plane(
      given.depth, given.depth_row_stride, given.depth_pixel_stride, channels: 1, "depth")
    memory.expectedDepth = unsafe try plane(
      given.expected_depth, given.expected_depth_row_stride, given.expected_depth_pixel_stride,
      channels: 1, "expected_depth")
    guard pass.settings.includesDepth || (memory.depth == nil && memory.expectedDepth == nil)
    else { throw .argument("\(name) has a depth; expected none, for the render wrote none") }
    self.memory = memory
  }
}

/// A checked `splat_gradients`.
struct GradientsArgument {
  let rows: GradientRows
  let viewMatrix: BufferView<Double>?
  let background: BufferView<Double>?

  init(
    _ pointer: UnsafePointer<splat_gradients>?, count: Int, widths: ColorWidths
  ) throws(CallFailure) {
    let name = "gradients"
    let given = unsafe try Arguments.structure(pointer, name, empty: splat_gradients())
    let hasArrays =
      unsafe given.means != nil || given.quaternions != nil || given.scales != nil
      || given.opacities != nil || given.colors != nil || given.sh_rest != nil
      || given.means2d != nil || given.absolute_means2d != nil
    unsafe try checkCount(given.count, model: count, hasArrays: hasArrays, name)
    func table(
      _ pointer: UnsafeMutablePointer<Float>?, _ width: Int, _ member: String
    ) throws(CallFailure) -> BufferView<Float>? {
      unsafe try Arguments.output(pointer, count: count * width, "\(name)->\(member)")
    }
    var parameters = ParameterRows(count: count, widths: widths)
    parameters.means = unsafe try table(given.means, 3, "means")
    parameters.quaternions = unsafe try table(given.quaternions, 4, "quaternions")
    parameters.scales = unsafe try table(given.scales, 3, "scales")
    parameters.opacities = unsafe try table(given.opacities, 1, "opacities")
    parameters.colors = unsafe try table(given.colors, widths.colors, "colors")
    guard unsafe given.sh_rest == nil || widths.rest > 0 else {
      throw .argument(
        "\(name)->sh_rest is not NULL; expected NULL, as in the model's splat_gaussians")
    }
    parameters.shRest = unsafe try table(given.sh_rest, widths.rest, "sh_rest")
    var rows = GradientRows(parameters)
    rows.means2D = unsafe try table(given.means2d, 2, "means2d")
    rows.absoluteMeans2D = unsafe try table(given.absolute_means2d, 2, "absolute_means2d")
    self.rows = rows
    viewMatrix = unsafe try Arguments.output(
      given.view_matrix, count: 16, "\(name)->view_matrix")
    background = unsafe try Arguments.output(given.background, count: 3, "\(name)->background")
  }
}
