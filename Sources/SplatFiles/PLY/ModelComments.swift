/// What comments in the headers of PLY files say about a model, plain or compressed.
///
/// Programs write them in many spellings: words, case and separators are not told apart strictly.
enum ModelComments {
  /// Whether the model is for antialiased rendering; the last comment to say so counts.
  ///
  /// Brush writes `SplatRenderMode: mip`, Postshot `antialiased 1`; others name the option of
  /// gsplat, `rasterize_mode: antialiased`.
  static func isAntialiased(_ comments: [String]) -> Bool {
    var result = false
    for comment in comments {
      let words = words(of: comment)
      guard let value = words.last else { continue }
      let key = words.dropLast().joined().filter { $0 != "_" && $0 != "-" }
      if ["splatrendermode", "rendermode", "rasterizemode"].contains(key) {
        result = ["mip", "antialiased", "antialias", "mip-splatting"].contains(value)
      } else if ["antialiased", "antialias", "antialiasing"].contains(key) {
        result = ["1", "true", "yes", "on"].contains(value)
      }
    }
    return result
  }

  /// The direction that the last comment about it calls up, a unit vector.
  ///
  /// nerfstudio writes `Vertical Axis: z`. Brush writes `Vertical axis: y` for a frame whose y axis
  /// points down, or three numbers.
  static func upAxis(_ comments: [String]) -> SIMD3<Double>? {
    for comment in comments.reversed() {
      let words = words(of: comment)
      guard let key = ["vertical", "up"].first(where: { words.first?.hasPrefix($0) ?? false }),
        let value = rest(of: words, after: ["\(key) axis", "\(key)_axis", "\(key)axis"])
      else { continue }
      if value.count == 1, let axis = axis(value[0], yIsDown: key == "vertical") { return axis }
      if let vector = vector(value), (vector * vector).sum() > 0 {
        return vector / (vector * vector).sum().squareRoot()
      }
    }
    return nil
  }

  /// What must be added to all positions for the world's coordinates; zero if nothing is said.
  static func origin(_ comments: [String]) -> SIMD3<Double> {
    comments.lazy.reversed().compactMap { rest(of: words(of: $0), after: ["origin"]) }
      .compactMap(vector).first ?? .zero
  }

  /// The comments that ``upAxis(_:)`` and ``origin(_:)`` understand.
  static func text(upAxis: SIMD3<Double>?, origin: SIMD3<Double>) -> [String] {
    func numbers(_ vector: SIMD3<Double>) -> String { "\(vector.x) \(vector.y) \(vector.z)" }
    var comments: [String] = []
    if let upAxis {
      let name = ["x", "y", "z"].first { axis($0, yIsDown: true) == upAxis }
      comments.append("Vertical Axis: \(name ?? numbers(upAxis))")
    }
    if origin != .zero { comments.append("Origin: \(numbers(origin))") }
    return comments
  }

  private static func words(of comment: String) -> [String] {
    comment.lowercased().split { " \t:=,;()[]\"'".contains($0) }.map(String.init)
  }

  /// The words after one of `keys`, each of one or two words.
  private static func rest(of words: [String], after keys: [String]) -> [String]? {
    for count in 1...2 where keys.contains(words.prefix(count).joined(separator: " ")) {
      return Array(words.dropFirst(count))
    }
    return nil
  }

  private static func axis(_ name: String, yIsDown: Bool) -> SIMD3<Double>? {
    switch name {
    case "x", "+x": SIMD3(1, 0, 0)
    case "-x": SIMD3(-1, 0, 0)
    case "y": SIMD3(0, yIsDown ? -1 : 1, 0)
    case "+y": SIMD3(0, 1, 0)
    case "-y": SIMD3(0, -1, 0)
    case "z", "+z": SIMD3(0, 0, 1)
    case "-z": SIMD3(0, 0, -1)
    default: nil
    }
  }

  private static func vector(_ words: [String]) -> SIMD3<Double>? {
    let numbers = words.compactMap(Double.init).filter(\.isFinite)
    guard words.count == 3, numbers.count == 3 else { return nil }
    return SIMD3(numbers[0], numbers[1], numbers[2])
  }
}
