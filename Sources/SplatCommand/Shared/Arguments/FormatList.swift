import ArgumentParser
import SplatFiles

/// Names of model formats with commas between them.
struct FormatList: ExpressibleByArgument {
  let formats: [ModelFormat]

  static let ply = FormatList(formats: [.ply])

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: ",", omittingEmptySubsequences: false)
    let formats = parts.compactMap { ModelFormat(rawValue: String($0)) }
    guard formats.count == parts.count, formats.allSatisfy(ModelFormat.written.contains) else {
      return nil
    }
    self.formats = formats
  }

  private init(formats: [ModelFormat]) { self.formats = formats }

  var defaultValueDescription: String { formats.map(\.rawValue).joined(separator: ",") }
}
