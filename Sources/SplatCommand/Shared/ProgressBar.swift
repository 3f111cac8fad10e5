/// A bar that fills from left to right.
enum ProgressBar {
  /// The bar at a share of 0...1.
  static func text(share: Double, width: Int = 20) -> String {
    let filled = Int((min(max(share, 0), 1) * Double(width)).rounded(.down))
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: "-", count: width - filled) + "]"
  }
}
