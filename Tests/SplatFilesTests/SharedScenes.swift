import Foundation

/// The example scenes beside the checkout, which are not part of it.
enum SharedScenes {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared/scenes").path

  static func path(_ name: String) -> String { "\(root)/\(name)" }

  static func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name))
  }
}
