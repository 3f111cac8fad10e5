/// How long the server waits for pages.
package struct ServerTimeouts: Sendable {
  /// The time within which a connection must have sent its request and taken the response.
  package var request = Duration.seconds(20)
  /// The time within which a page must confirm a picture.
  package var confirmation = Duration.seconds(15)
  /// The time between two pings, at which the other timeouts of a page are checked too.
  package var pingInterval = Duration.seconds(5)
  /// The number of pings that a page may leave unanswered.
  package var maximumMissedPings = 6

  package init() {}
}
