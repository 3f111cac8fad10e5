/// Finds views by names that other files give their photos, with or without folders and endings.
struct ViewFinder {
  /// The views by each of the names that they may have; those with several owners stand for none.
  private var owners: [String: Int?] = [:]
  private let exact: [String: Int]

  init(_ names: [String]) {
    exact = Dictionary(zip(names, names.indices)) { first, _ in first }
    for (index, name) in names.enumerated() {
      for form in Self.forms(of: name) {
        if let other = owners[form], other != index {
          owners[form] = .some(nil)
        } else {
          owners[form] = index
        }
      }
    }
  }

  /// The index of the view that `name` means, if there is one alone.
  func view(_ name: String) -> Int? {
    guard let name = FilePaths.inside(name) else {
      return name.split(separator: "/").last.flatMap { view(String($0)) }
    }
    if let index = exact[name] { return index }
    for form in Self.forms(of: name) {
      if let index = owners[form] ?? nil { return index }
    }
    return nil
  }

  /// The forms of a name, the closest first: whole, without its ending, without its first folder,
  /// without all folders.
  private static func forms(of name: String) -> [String] {
    let lower = name.lowercased()
    let stem = SceneFiles.photoStem(lower)
    var forms = [lower, stem]
    for whole in [lower, stem] {
      guard let slash = whole.firstIndex(of: "/"), let last = whole.lastIndex(of: "/") else {
        continue
      }
      forms.append(String(whole[whole.index(after: slash)...]))
      forms.append(String(whole[whole.index(after: last)...]))
    }
    var seen: Set<String> = []
    return forms.filter { seen.insert($0).inserted }
  }
}
