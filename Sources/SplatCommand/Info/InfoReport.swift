import SplatFiles

/// What `splat info` reports.
struct InfoReport {
  /// The lines for people.
  var text: String
  /// The same for programs.
  var json: JSON
}
