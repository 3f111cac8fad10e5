import CSplat
package import CSplatFiles
package import SplatCBase
import SplatCTranslation
import SplatCore
import SplatFiles
import SplatRendering

/// A model that was read from a file.
package final class ReadModel: Sendable {
  private let file: SplatFile
  /// Texts that end with a 0.
  private let format: ConstantText, warnings: ConstantText

  private init(_ file: SplatFile) {
    self.file = file
    format = ConstantText(file.format.rawValue)
    warnings = ConstantText(file.warnings.joined(separator: "\n"))
  }

  /// Reads a file; see `splat_files_read`.
  package static func read(
    _ path: UnsafePointer<CChar>?, _ result: UnsafeMutablePointer<OpaquePointer?>?
  ) throws(CallFailure) {
    let path = unsafe try TextArgument.text(path, "path")
    let result = unsafe try Arguments.result(result, "model")
    do {
      unsafe result.pointee = Handle.make(ReadModel(try ModelFile.read(path: path)))
    } catch {
      throw CallFailure(error)
    }
  }

  /// Reads the bytes of a file; see `splat_files_read_bytes`.
  package static func read(
    _ bytes: UnsafeRawPointer?, _ size: Int, _ name: UnsafePointer<CChar>?,
    _ result: UnsafeMutablePointer<OpaquePointer?>?
  ) throws(CallFailure) {
    let name = unsafe try TextArgument.text(name, "name")
    let result = unsafe try Arguments.result(result, "model")
    guard (0..<Arguments.largestSize).contains(size) else {
      throw .argument("size", UInt(bitPattern: size), expected: "the number of bytes")
    }
    guard let bytes = unsafe bytes else { throw .argument("bytes is NULL") }
    do {
      let copy = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: size))
      unsafe result.pointee = Handle.make(ReadModel(try ModelFile.read(copy, path: name)))
    } catch {
      throw CallFailure(error)
    }
  }

  /// Describes a model; see `splat_files_describe`.
  package static func describe(
    _ model: OpaquePointer?, _ info: UnsafeMutablePointer<splat_files_info>?
  ) throws(CallFailure) {
    let model = unsafe try Handle.object(model, ReadModel.self, "model")
    let result = unsafe try Arguments.result(info, "info")
    let given = unsafe try Arguments.structure(
      UnsafePointer(result), "info", empty: splat_files_info())
    let file = model.file
    var info = unsafe given
    unsafe info.count = file.splats.count
    unsafe info.dropped = file.dropped
    unsafe info.sh_degree = Int32(file.splats.shDegree)
    unsafe info.flags = file.splats.isAntialiased ? SPLAT_ANTIALIASED : 0
    unsafe info.origin = (file.origin.x, file.origin.y, file.origin.z)
    let up = file.upAxis ?? .zero
    unsafe info.up = (up.x, up.y, up.z)
    unsafe info.format = model.format.pointer
    unsafe info.warnings = model.warnings.pointer
    unsafe result.pointee = info
  }

  /// Copies the parameters; see `splat_files_copy`.
  package static func copy(
    _ model: OpaquePointer?, _ arrays: UnsafePointer<splat_files_arrays>?
  ) throws(CallFailure) {
    let model = unsafe try Handle.object(model, ReadModel.self, "model")
    let name = "arrays"
    let given = unsafe try Arguments.structure(arrays, name, empty: splat_files_arrays())
    let splats = model.file.splats
    let count = splats.count
    guard unsafe given.count == count else {
      throw unsafe .argument(
        "\(name)->count", UInt(bitPattern: given.count), expected: "the model's, \(count)")
    }
    let isSplit = unsafe given.sh_rest != nil
    let widths = ColorWidths(shDegree: splats.shDegree, isSplit: isSplit)
    guard !isSplit || widths.rest > 0 else {
      throw .argument("\(name)->sh_rest is not NULL; expected NULL for a degree of 0")
    }
    func table(
      _ pointer: UnsafeMutablePointer<Float>?, _ width: Int, _ member: String
    ) throws(CallFailure) -> BufferView<Float>? {
      unsafe try Arguments.output(pointer, count: count * width, "\(name)->\(member)")
    }
    var rows = ParameterRows(count: count, widths: widths)
    rows.means = unsafe try table(given.means, 3, "means")
    rows.quaternions = unsafe try table(given.quaternions, 4, "quaternions")
    rows.scales = unsafe try table(given.scales, 3, "scales")
    rows.opacities = unsafe try table(given.opacities, 1, "opacities")
    rows.colors = unsafe try table(given.colors, widths.colors, "colors")
    rows.shRest = unsafe try table(given.sh_rest, widths.rest, "sh_rest")
    rows.fill(from: splats.parameters, workers: Workers())
  }

  /// Frees a model, or does nothing for NULL.
  package static func free(_ model: OpaquePointer?) { unsafe Handle.free(model) }
}

/// A text in memory that does not move.
@safe
private final class ConstantText: Sendable {
  /// The first character; a 0 follows the last.
  nonisolated(unsafe) let pointer: UnsafePointer<CChar>

  init(_ text: String) {
    let bytes = text.utf8.map { CChar(bitPattern: $0) } + [0]
    let room = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    for (index, byte) in bytes.enumerated() { unsafe room[index] = byte }
    unsafe pointer = UnsafePointer(room)
  }

  deinit { unsafe pointer.deallocate() }
}
