package import SplatFiles

/// What a page says.
package enum PageMessage: Sendable, Equatable {
  /// What a page wants besides the picture from its camera.
  package enum Errand: Sendable, Equatable {
    /// A picture to be saved.
    case screenshot(Look)
    /// The photo of a view, by its place among the scene's cameras.
    case photo(Int)
    /// The points that an overlay shows.
    case points
  }

  /// What a person tells a training to do.
  package enum Control: String, Sendable, CaseIterable {
    /// Hold the training until told to go on.
    case pause
    /// Go on.
    case resume
    /// Write the model and a checkpoint.
    case save
    /// Save and end, as Ctrl-C does.
    case stop
  }

  /// Draw this.
  case look(Look)
  /// Draw nothing until the next look: nobody sees the page.
  case rest
  /// The picture of this number is on the screen.
  case shown(Int)
  /// Send something once.
  case errand(Errand)
  /// Steer the training.
  case control(Control)

  /// The most bytes of a message.
  package static let largestSize = 16_384

  /// Reads a message of a page.
  package init(_ text: [UInt8]) throws(FileError) {
    let message = try JSONPlace(text, path: "message")
    let type = try message.member("type")
    switch try type.text() {
    case "look": self = .look(try Look(message, largestArea: Look.largestArea))
    case "rest": self = .rest
    case "shown": self = .shown(try message.member("picture").wholeNumber(in: 0...1 << 53))
    case "screenshot":
      self = .errand(.screenshot(try Look(message, largestArea: Look.largestSavedArea)))
    case "photo": self = .errand(.photo(try message.member("view").wholeNumber(in: 0...1 << 31)))
    case "points": self = .errand(.points)
    case "control":
      let action = try message.member("action")
      guard let control = Control(rawValue: try action.text()) else {
        throw action.bad("is none of \(Control.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      self = .control(control)
    default: throw type.bad("is of no known kind")
    }
  }
}
