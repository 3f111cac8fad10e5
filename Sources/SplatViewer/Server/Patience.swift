/// How long the server waits for pages.
package struct Patience: Sendable {
  /// A connection that has not asked and been answered by then is closed.
  package var request = Duration.seconds(20)
  /// A page that has not confirmed a picture by then is taken to be gone.
  package var picture = Duration.seconds(15)
  /// The time between two looks at what a page does, at which it is pinged.
  package var interval = Duration.seconds(5)
  /// A page of which nothing was heard at so many of them is gone.
  package var silentIntervals = 6

  package init() {}
}
