import NIOCore
import NIOWebSocket

/// The WebSocket of one page.
final class StreamHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  private let lobby: Lobby
  private let patience: Patience
  private let client: Client
  private let connection: StreamConnection
  private var pings: RepeatedTask?
  private var missedPings = 0

  init(lobby: Lobby, channel: any Channel, patience: Patience) {
    self.lobby = lobby
    self.patience = patience
    connection = StreamConnection(channel: channel)
    client = Client(connection)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    guard lobby.join(client) else { return client.close("too many pages look already") }
    let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
    let interval = TimeAmount(patience.interval)
    pings = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      handler.value.ping()
    }
  }

  private func ping() {
    missedPings += 1
    guard missedPings <= patience.silentIntervals else {
      return client.close("the page is silent")
    }
    client.closeIfSilent(for: patience.picture)
    if connection.isWritable { connection.send(.ping, []) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    pings?.cancel()
    lobby.leave(client)
    client.close("gone")
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var frame = unwrapInboundIn(data)
    missedPings = 0
    // RFC 6455, 5.1: a client masks what it sends.
    guard let key = frame.maskKey else { return client.close("a frame without a mask") }
    frame.data.webSocketUnmask(key)
    switch frame.opcode {
    case .text where frame.fin: lobby.receive(Array(frame.data.readableBytesView), from: client)
    case .ping: connection.send(.pong, Array(frame.data.readableBytesView))
    case .pong: break
    case .connectionClose: client.close("")
    default: client.close("texts in one frame are expected")
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    client.close("no WebSocket frame")
  }
}

/// The way to a page through a channel.
private struct StreamConnection: PageConnection {
  let channel: any Channel

  /// How long a page may take to say goodbye.
  private static let goodbyeTime = TimeAmount.seconds(1)
  /// RFC 6455, 5.5: a control frame has at most 125 bytes, two of which are the code.
  private static let longestReason = 123

  var isWritable: Bool { channel.isWritable }
  func send(text: String) { send(.text, Array(text.utf8)) }
  func send(bytes: [UInt8]) { send(.binary, bytes) }

  func send(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) {
    let buffer = channel.allocator.buffer(bytes: bytes)
    channel.writeAndFlush(WebSocketFrame(fin: true, opcode: opcode, data: buffer), promise: nil)
  }

  func close(_ reason: String) {
    var buffer = channel.allocator.buffer(capacity: 2 + Self.longestReason)
    buffer.write(webSocketErrorCode: reason.isEmpty ? .normalClosure : .policyViolation)
    // Cut between characters, not within one.
    var text = reason
    while text.utf8.count > Self.longestReason { text.removeLast() }
    buffer.writeString(text)
    let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: buffer)
    let channel = channel
    channel.writeAndFlush(frame).whenComplete { _ in channel.close(promise: nil) }
    // A page that reads nothing does not take the goodbye either.
    channel.eventLoop.scheduleTask(in: Self.goodbyeTime) { channel.close(promise: nil) }
  }
}
