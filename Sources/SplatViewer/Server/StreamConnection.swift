import NIOCore
import NIOWebSocket

/// The connection to a page through a channel.
struct StreamConnection: PageConnection {
  let channel: any Channel

  /// How long a page may take to answer a close frame.
  private static let closeTimeout = TimeAmount.seconds(1)
  /// RFC 6455, 5.5: a control frame has at most 125 bytes, two of which are the code.
  private static let longestReason = 123

  var isWritable: Bool { channel.isWritable }
  func send(text: String) { send(.text, Array(text.utf8)) }
  func send(bytes: [UInt8]) { send(.binary, bytes) }

  func send(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) {
    let buffer = channel.allocator.buffer(bytes: bytes)
    channel.writeAndFlush(WebSocketFrame(fin: true, opcode: opcode, data: buffer), promise: nil)
  }

  func close(_ reason: String, isError: Bool) {
    var buffer = channel.allocator.buffer(capacity: 2 + Self.longestReason)
    buffer.write(webSocketErrorCode: isError ? .policyViolation : .goingAway)
    // Cut between characters, not within one.
    var text = reason
    while text.utf8.count > Self.longestReason { text.removeLast() }
    buffer.writeString(text)
    let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: buffer)
    let channel = channel
    // Only this side ends its stream: a socket closed while messages of the page are unread would
    // be reset, and the page might never see the frame. The page's own end closes the channel.
    channel.writeAndFlush(frame).whenComplete { _ in channel.close(mode: .output, promise: nil) }
    // A page that reads nothing, or never ends, would keep the channel open.
    channel.eventLoop.scheduleTask(in: Self.closeTimeout) { channel.close(promise: nil) }
  }
}
