/// The pieces in which images are processed: some rows of a channel.
///
/// A band is small enough for the data between two passes over it to stay in a cache.
package struct RowBands: Sendable {
  /// The rows of a band. Terms with a window recompute the rows of a margin on both sides.
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
