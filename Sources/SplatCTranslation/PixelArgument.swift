import CSplat
import SplatCBase
import SplatCore
import SplatRendering

extension PixelMemory {
  /// Checked memory of an image, or nil for NULL.
  ///
  /// - Parameters:
  ///   - strides: The distances between rows and pixels, in bytes; 0 where there are no gaps.
  ///   - size: The number of bytes of a pixel.
  ///   - alignment: Of a channel, in bytes.
  init?(
    _ pointer: UnsafeRawPointer?, strides: (row: Int, pixel: Int), of image: ImageSize, size: Int,
    alignment: Int, _ name: String
  ) throws(CallFailure) {
    guard let pointer = unsafe pointer else { return nil }
    try unsafe Arguments.checkAlignment(pointer, alignment, name)
    func stride(_ value: Int, _ kind: String, smallest: Int) throws(CallFailure) -> Int {
      guard value != 0 else { return smallest }
      guard value >= smallest, value < Arguments.largestSize, value % alignment == 0 else {
        throw .argument(
          "\(name)_\(kind)_stride", UInt(bitPattern: value),
          expected: "0, or a multiple of \(alignment) of at least \(smallest) bytes")
      }
      return value
    }
    let pixel = try stride(strides.pixel, "pixel", smallest: size)
    let width = (image.width - 1) * pixel + size
    let row = try stride(strides.row, "row", smallest: width)
    let count = (image.height - 1) * row + width
    self.init(
      bytes: unsafe BufferView(
        base: UnsafeMutableRawPointer(mutating: pointer).assumingMemoryBound(to: UInt8.self),
        count: count), rowStride: row, pixelStride: pixel)
  }
}

/// The size of an image, in pixels.
struct ImageSize {
  let width: Int, height: Int

  /// The size of a camera's image, which a structure must give too.
  init(_ camera: Camera, given: (width: Int32, height: Int32), _ name: String)
    throws(CallFailure)
  {
    (width, height) = (camera.width, camera.height)
    guard Int(given.width) == width, Int(given.height) == height else {
      throw .argument(
        "the size in \(name)", "\(given.width) x \(given.height)",
        expected: "the camera's, \(width) x \(height)")
    }
  }
}

/// The length of arrays of Gaussians, which a structure must give.
func checkCount(
  _ given: Int, model count: Int, hasArrays: Bool, _ name: String
) throws(CallFailure) {
  guard given == count || (given == 0 && !hasArrays) else {
    throw .argument("\(name)->count", UInt(bitPattern: given), expected: "the model's, \(count)")
  }
}
