import NIOCore
import NIOWebSocket

/// The WebSocket of one page.
final class StreamHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  private let registry: ClientRegistry
  private let timeouts: ServerTimeouts
  private let client: Client
  private let connection: StreamConnection
  private var pings: RepeatedTask?
  private var missedPings = 0

  init(registry: ClientRegistry, channel: any Channel, timeouts: ServerTimeouts) {
    self.registry = registry
    self.timeouts = timeouts
    connection = StreamConnection(channel: channel)
    client = Client(connection)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    guard registry.add(client) else { return client.close("too many pages are connected") }
    let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
    let interval = TimeAmount(timeouts.pingInterval)
    pings = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      handler.value.ping()
    }
  }

  private func ping() {
    missedPings += 1
    guard missedPings <= timeouts.maximumMissedPings else {
      return client.close("the page no longer responds")
    }
    client.closeIfUnresponsive(for: timeouts.confirmation)
    if connection.isWritable { connection.send(.ping, []) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    pings?.cancel()
    registry.remove(client)
    client.close("the connection is closed")
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var frame = unwrapInboundIn(data)
    missedPings = 0
    // RFC 6455, 5.1: a client masks what it sends.
    guard let key = frame.maskKey else { return client.close("the frame has no mask") }
    frame.data.webSocketUnmask(key)
    switch frame.opcode {
    case .text where frame.fin:
      registry.receive(Array(frame.data.readableBytesView), from: client)
    case .ping: connection.send(.pong, Array(frame.data.readableBytesView))
    case .pong: break
    case .connectionClose: client.close("", isError: false)
    default: client.close("each message must be one text frame")
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    client.close("the data is no WebSocket frame")
  }
}
