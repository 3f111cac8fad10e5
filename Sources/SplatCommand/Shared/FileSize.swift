import Foundation

/// How large files are.
enum FileSize {
  /// The bytes of the file, or of all files in the folder, at `path`; 0 if there is none.
  static func of(_ path: String) -> Int {
    let manager = FileManager.default
    let names = (try? manager.subpathsOfDirectory(atPath: path)) ?? []
    return ([path] + names.map { "\(path)/\($0)" }).reduce(0) { total, file in
      let attributes = try? manager.attributesOfItem(atPath: file)
      guard attributes?[.type] as? FileAttributeType != .typeDirectory else { return total }
      return total + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
    }
  }
}
