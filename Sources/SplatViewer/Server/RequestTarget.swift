import NIOHTTP1

/// The path and the query of a request.
struct RequestTarget {
  /// The path of the WebSocket.
  static let stream = "/stream"

  let path: Substring
  let query: String?

  init(_ head: HTTPRequestHead) {
    let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = parts[0]
    query = parts.count > 1 ? String(parts[1]) : nil
  }
}
