public import ArgumentParser
public import SplatFiles

extension ModelFormat: ExpressibleByArgument {
  /// The formats that can be asked for.
  public static var allValueStrings: [String] { written.map(\.rawValue) }

  /// Creates the format of that name, if it is one that is written.
  public init?(argument: String) {
    guard let format = ModelFormat(rawValue: argument.lowercased()),
      ModelFormat.written.contains(format)
    else { return nil }
    self = format
  }
}
