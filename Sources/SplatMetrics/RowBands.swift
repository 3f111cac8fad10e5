/// The pieces in which images are worked on: some rows of a channel.
///
/// A band is small enough for what is kept of its rows between two passes to stay in a cache.
package struct RowBands: Sendable {
  /// Terms that look through a window compute the rows of a margin on both sides once more.
  package static let rows = 64

  private let height: Int
  private let bandsOfChannel: Int
  /// The number of bands of all channels.
  package let count: Int

  package init(channels: Int, height: Int) {
    self.height = height
    bandsOfChannel = (height + Self.rows - 1) / Self.rows
    count = channels * bandsOfChannel
  }

  /// The channel and the rows of a band.
  package subscript(index: Int) -> (channel: Int, rows: Range<Int>) {
    let first = index % bandsOfChannel * Self.rows
    return (index / bandsOfChannel, first..<min(height, first + Self.rows))
  }
}
