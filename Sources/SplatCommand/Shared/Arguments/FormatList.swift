import ArgumentParser
import SplatFiles

/// Names of model formats with commas between them.
struct FormatList: ExpressibleByArgument {
  let formats: [ModelFormat]

  static let ply = FormatList(formats: [.ply])

  init?(argument: String) {
    let names = ModelFormat.written.map(\.rawValue).joined(separator: ", ")
    guard
      let formats = ArgumentProblem.list(
        argument.lowercased(), of: "one of \(names)", element: { ModelFormat(argument: $0) })
    else { return nil }
    self.formats = formats
  }

  private init(formats: [ModelFormat]) { self.formats = formats }

  var defaultValueDescription: String { formats.map(\.rawValue).joined(separator: ",") }
}
