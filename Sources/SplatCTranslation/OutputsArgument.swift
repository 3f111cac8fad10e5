import CSplat
import SplatCBase
import SplatCore
import SplatRendering

/// A checked `splat_outputs`.
struct OutputsArgument {
  let frame: FrameMemory
  let projected: ProjectedRows
  /// Whether a depth is wanted.
  var includesDepth: Bool { frame.depth != nil || frame.expectedDepth != nil }

  init(
    _ pointer: UnsafePointer<splat_outputs>?, camera: Camera, count: Int
  ) throws(CallFailure) {
    let name = "outputs"
    let given = unsafe try Arguments.structure(pointer, name, empty: splat_outputs())
    let size = unsafe try ImageSize(camera, given: (given.width, given.height), name)
    func plane(
      _ pointer: UnsafeMutablePointer<Float>?, _ row: Int, _ pixel: Int, _ member: String
    ) throws(CallFailure) -> PixelMemory? {
      unsafe try PixelMemory(
        UnsafeRawPointer(pointer), strides: (row, pixel), of: size, size: 4, alignment: 4,
        "\(name)->\(member)")
    }

    // Images.
    var frame = FrameMemory()
    let formats: [PixelFormat] = [.rgbFloat, .rgbaFloat, .rgb8, .rgba8]
    let format = formats[
      unsafe try Arguments.integer(given.color_format, "\(name)->color_format", in: 0...3)]
    frame.colorFormat = format
    frame.color = unsafe try PixelMemory(
      UnsafeRawPointer(given.color), strides: (given.color_row_stride, given.color_pixel_stride),
      of: size, size: format.size, alignment: format.channelSize, "\(name)->color")
    frame.alpha = unsafe try plane(
      given.alpha, given.alpha_row_stride, given.alpha_pixel_stride, "alpha")
    frame.depth = unsafe try plane(
      given.depth, given.depth_row_stride, given.depth_pixel_stride, "depth")
    frame.expectedDepth = unsafe try plane(
      given.expected_depth, given.expected_depth_row_stride, given.expected_depth_pixel_stride,
      "expected_depth")
    self.frame = frame

    // Arrays of Gaussians.
    let hasArrays =
      unsafe given.means2d != nil || given.radii != nil || given.depths != nil
      || given.conics != nil || given.opacities != nil
    unsafe try checkCount(given.count, model: count, hasArrays: hasArrays, name)
    func rows<Element: BitwiseCopyable & Sendable>(
      _ pointer: UnsafeMutablePointer<Element>?, _ width: Int, _ member: String
    ) throws(CallFailure) -> BufferView<Element>? {
      unsafe try Arguments.output(pointer, count: count * width, "\(name)->\(member)")
    }
    var projected = ProjectedRows()
    projected.means2D = unsafe try rows(given.means2d, 2, "means2d")
    projected.radii = unsafe try rows(given.radii, 2, "radii")
    projected.depths = unsafe try rows(given.depths, 1, "depths")
    projected.conics = unsafe try rows(given.conics, 3, "conics")
    projected.opacities = unsafe try rows(given.opacities, 1, "opacities")
    self.projected = projected
  }
}
