/// The connection to a page.
package protocol PageConnection: Sendable {
  /// Whether the page keeps up with what it is sent.
  var isWritable: Bool { get }
  /// Sends a text.
  func send(text: String)
  /// Sends bytes.
  func send(bytes: [UInt8])
  /// Closes the connection and tells the page why.
  ///
  /// - Parameters:
  ///   - reason: one short sentence for the person at the page.
  ///   - isError: whether the page did something wrong; false where the server ends as planned.
  func close(_ reason: String, isError: Bool)
}
