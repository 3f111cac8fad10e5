package import CSplat
package import CSplatFiles
package import SplatCBase
import SplatCTranslation
import SplatCore
import SplatFiles
import SplatRendering

/// Gaussians that are written to a file.
package enum WrittenGaussians {
  /// Writes a file; see `splat_files_write`.
  package static func write(
    _ path: UnsafePointer<CChar>?, _ gaussians: UnsafePointer<splat_gaussians>?,
    _ options: UnsafePointer<splat_files_options>?
  ) throws(CallFailure) {
    let path = unsafe try TextArgument.text(path, "path")
    let rows = unsafe try GaussiansArgument(gaussians).rows
    let (modelOptions, isAntialiased) = unsafe try self.options(options)
    let workers = Workers(threads: modelOptions.threads)
    var splats = Splats(count: rows.count, shDegree: rows.shDegree)
    rows.copy(to: &splats.parameters, workers: workers)
    rows.form.store(&splats.parameters, workers: workers)
    splats.isAntialiased = isAntialiased
    do {
      try ModelFile.write(splats, to: path, options: modelOptions)
    } catch {
      throw CallFailure(error)
    }
  }

  private static func options(
    _ pointer: UnsafePointer<splat_files_options>?
  ) throws(CallFailure) -> (ModelOptions, isAntialiased: Bool) {
    var options = ModelOptions()
    guard unsafe pointer != nil else { return (options, false) }
    let name = "options"
    let given = unsafe try Arguments.structure(pointer, name, empty: splat_files_options())
    unsafe try Arguments.checkFlags(given.flags, known: SPLAT_ANTIALIASED, "\(name)->flags")
    let version = unsafe given.spz_version
    guard [0, 3, 4].contains(version) else {
      throw .argument("\(name)->spz_version", version, expected: "0, 3 or 4")
    }
    options.spzVersion = version == 0 ? 3 : Int(version)
    let bits = unsafe try Arguments.integer(given.sh_bits, "\(name)->sh_bits", in: 0...8)
    options.spzHarmonicBits = bits == 0 ? 8 : bits
    let threads = unsafe try Arguments.integer(given.threads, "\(name)->threads", in: 0...1024)
    options.threads = threads == 0 ? nil : threads
    if unsafe given.format != nil {
      let format = unsafe try TextArgument.text(given.format, "\(name)->format")
      guard let known = ModelFormat(rawValue: format), ModelFormat.written.contains(known) else {
        let names = ModelFormat.written.map(\.rawValue).joined(separator: ", ")
        throw .argument("\(name)->format", format, expected: names)
      }
      options.format = known
    }
    return unsafe (options, given.flags & SPLAT_ANTIALIASED != 0)
  }
}
