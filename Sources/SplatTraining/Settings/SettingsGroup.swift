/// Settings that belong together: a struct of ``Setting`` properties and of further groups.
///
/// Properties are found automatically; a new one needs only its declaration.
public protocol SettingsGroup: Sendable, Codable, Equatable {
  /// Creates the default settings.
  init()
}

extension SettingsGroup {
  /// All settings with their current values, in the order of their declarations.
  public var entries: [SettingEntry] { entries(prefix: "") }

  private func entries(prefix: String) -> [SettingEntry] {
    SettingsParts(of: self).parts.flatMap { name, part -> [SettingEntry] in
      switch part {
      case let setting as any AnySetting: [setting.entry(prefix + name)]
      case let group as any SettingsGroup: group.entries(prefix: "\(prefix)\(name).")
      default: []
      }
    }
  }

  /// The setting called `name`, such as `rates.means`, with its current value.
  public func entry(_ name: String) -> SettingEntry? {
    entry(name.split(separator: ".")[...], name: name)
  }

  private func entry(_ path: ArraySlice<Substring>, name: String) -> SettingEntry? {
    guard let first = path.first.map(String.init) else { return nil }
    switch SettingsParts(of: self)[first] {
    case let group as any SettingsGroup: return group.entry(path.dropFirst(), name: name)
    case let setting as any AnySetting: return path.count == 1 ? setting.entry(name) : nil
    default: return nil
    }
  }

  /// Sets the setting called `name`, such as `rates.means`, to the value of `text`.
  ///
  /// - Throws: ``SettingError`` if there is no such setting or it cannot have this value; nothing
  ///   is changed then.
  public mutating func set(_ name: String, to text: String) throws(SettingError) {
    guard let entry = Self().entry(name) else {
      let nearest = NearestName.of(name, in: Self().entries.map(\.name)) ?? ""
      throw SettingError(
        name: name, problem: "is not the name of a setting; the nearest is \(nearest)")
    }
    guard let changed = setting(name.split(separator: ".")[...], to: text) else {
      throw SettingError(entry, isNot: text)
    }
    self = changed
  }

  /// The group with another value for the setting at `path`; nil if the value is not allowed.
  private func setting(_ path: ArraySlice<Substring>, to text: String) -> Self? {
    guard let name = path.first.map(String.init) else { return nil }
    var parts = SettingsParts(of: self)
    let changed: Any?
    if let group = parts[name] as? any SettingsGroup {
      changed = group.setting(path.dropFirst(), to: text)
    } else {
      // A decoded setting knows only its value; the default knows its range too.
      changed = (SettingsParts(of: Self())[name] as? any AnySetting)?.with(text)
    }
    guard let changed else { return nil }
    parts[name] = changed
    return try? Self(from: parts)
  }

  /// The first value out of its range, which may have been set in code.
  package var problem: SettingError? { problem(prefix: "") }

  private func problem(prefix: String) -> SettingError? {
    let defaults = SettingsParts(of: Self())
    for (name, part) in SettingsParts(of: self).parts {
      if let group = part as? any SettingsGroup {
        if let problem = group.problem(prefix: "\(prefix)\(name).") { return problem }
      } else if let setting = part as? any AnySetting,
        let standard = defaults[name] as? any AnySetting
      {
        let text = setting.entry(name).value
        guard standard.with(text) != nil else {
          return SettingError(standard.entry(prefix + name), isNot: text)
        }
      }
    }
    return nil
  }
}
