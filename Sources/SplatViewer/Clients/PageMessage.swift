package import SplatFiles

/// A message of a page.
package enum PageMessage: Sendable, Equatable {
  /// Something that a page requests once, beside the pictures of its camera.
  package enum Resource: Sendable, Equatable {
    /// A picture to be saved.
    case screenshot(ViewRequest)
    /// The photo of a camera, by its index among the scene's cameras.
    case photo(Int)
    /// The points of the overlay.
    case points
  }

  /// A command for the training.
  package enum Control: String, Sendable, CaseIterable {
    /// Pause until told to resume.
    case pause
    /// Resume.
    case resume
    /// Save the model and a checkpoint.
    case save
    /// Save and stop, as Ctrl-C does.
    case stop
  }

  /// Draw this view, and again whenever the model changes.
  case view(ViewRequest)
  /// The page is hidden: draw nothing until the next view request.
  case hidden
  /// The picture of this number is on the screen.
  case shown(Int)
  /// Send a resource once.
  case resource(Resource)
  /// Control the training.
  case control(Control)

  /// The largest message, in bytes.
  package static let largestSize = 16_384
  /// The range of the numbers that a page counts with: integers that a `Double` holds exactly.
  static let counterRange = 0...1 << 53
  /// The range of an index of a photo.
  private static let indexRange = 0...1 << 31

  /// Reads a message of a page.
  package init(_ text: [UInt8]) throws(FileError) {
    let message = try JSONPlace(text, path: "message")
    let type = try message.member("type")
    switch try type.text() {
    case "view":
      self = .view(try ViewRequest(message, largestArea: ViewRequest.largestArea))
    case "hidden": self = .hidden
    case "shown":
      self = .shown(try message.member("picture").wholeNumber(in: Self.counterRange))
    case "screenshot":
      let request = try ViewRequest(message, largestArea: ViewRequest.largestSavedArea)
      self = .resource(.screenshot(request))
    case "photo":
      self = .resource(.photo(try message.member("index").wholeNumber(in: Self.indexRange)))
    case "points": self = .resource(.points)
    case "control":
      let action = try message.member("action")
      guard let control = Control(rawValue: try action.text()) else {
        throw action.bad("is none of \(Control.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      self = .control(control)
    default: throw type.bad("is no known type of message")
    }
  }
}
