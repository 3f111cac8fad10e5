import SplatFiles
import SplatTraining

/// A `config.json` that has been read: names and values, in the order of the names.
///
/// A file of an earlier version lacks what is newer; that keeps its default.
struct ConfigurationFile {
  private let entries: [(name: String, value: String, place: JSONPlace)]

  /// Reads the file at `path`.
  ///
  /// - Throws: `FileError` if it is not a JSON object of names and values.
  init(path: String) throws(FileError) {
    entries = try Self.entries(of: JSONPlace(path: path), prefix: "")
  }

  /// Whether the file has a value for `name`.
  func contains(_ name: String) -> Bool { entries.contains { $0.name == name } }

  /// The configuration with all that the file says.
  ///
  /// - Throws: `FileError` for a name that does not exist, or a value that is not allowed.
  func configuration() throws(FileError) -> RunConfiguration {
    var configuration = RunConfiguration()
    for (name, value, place) in entries {
      do { try configuration.set(name, to: value) } catch { throw place.bad(error.problem) }
    }
    return configuration
  }

  /// The configuration of the run in a folder as far as it is understood; nothing if there is none.
  static func configuration(folder: String) -> RunConfiguration? {
    guard let file = try? ConfigurationFile(path: "\(folder)/config.json") else { return nil }
    var configuration = RunConfiguration()
    for (name, value, _) in file.entries { try? configuration.set(name, to: value) }
    return configuration
  }

  private static func entries(
    of object: JSONPlace, prefix: String
  ) throws(FileError) -> [(name: String, value: String, place: JSONPlace)] {
    var entries: [(name: String, value: String, place: JSONPlace)] = []
    for (member, place) in try object.members(limit: 1000).sorted(by: { $0.key < $1.key }) {
      let name = prefix + member
      if name == "settings.background", let background = try earlierBackground(place) {
        entries.append((name, background, place))
      } else if place.isObject {
        entries += try Self.entries(of: place, prefix: "\(name).")
      } else if let value = place.scalarText {
        entries.append((name, value, place))
      } else {
        throw place.bad("is \(place.kindInWords); a number, a text or a truth value was expected")
      }
    }
    return entries
  }

  /// A background as earlier versions wrote it: an object with a member `random` or `color`.
  private static func earlierBackground(_ place: JSONPlace) throws(FileError) -> String? {
    guard place.isObject else { return nil }
    if place.optional("random") != nil { return "random" }
    let color = try place.member("color")
    var numbers: [String] = []
    for channel in ["red", "green", "blue"] {
      let number = try color.member(channel)
      numbers.append(try "\(Float(number.number()))")
    }
    let text = numbers.joined(separator: ",")
    return TrainingBackground(settingText: text)?.settingText ?? text
  }
}
