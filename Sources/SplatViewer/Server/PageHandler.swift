import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Answers the one request of a connection that is no WebSocket.
final class PageHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// The handler's name in the pipeline.
  static let name = "page"

  private let policy: AccessPolicy
  private let timeouts: ServerTimeouts
  private var deadline: Scheduled<Void>?
  private var head: HTTPRequestHead?

  init(policy: AccessPolicy, timeouts: ServerTimeouts) {
    self.policy = policy
    self.timeouts = timeouts
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    deadline = context.eventLoop.scheduleTask(in: TimeAmount(timeouts.request)) {
      channel.close(promise: nil)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      guard self.head == nil else { return }
      self.head = head
    case .body: break
    case .end:
      if let head { answer(head, context) }
    }
  }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let target = RequestTarget(head)
    if let refusal = policy.refusal(hosts: head.headers["Host"], query: target.query) {
      return send(.forbidden, Array("\(refusal)\n".utf8), head, context)
    }
    guard head.method == .GET || head.method == .HEAD else {
      return send(.methodNotAllowed, Array("only GET is answered\n".utf8), head, context)
    }
    switch target.path {
    case "/": send(.ok, Page.document, head, context)
    case RequestTarget.stream:
      send(.forbidden, Array("only the page's WebSocket is served here\n".utf8), head, context)
    default: send(.notFound, Array("there is nothing at this address\n".utf8), head, context)
    }
  }

  private func send(
    _ status: HTTPResponseStatus, _ body: [UInt8], _ request: HTTPRequestHead,
    _ context: ChannelHandlerContext
  ) {
    var headers = HTTPHeaders(Page.headers)
    if status != .ok {
      headers.replaceOrAdd(name: "Content-Type", value: "text/plain; charset=utf-8")
    }
    headers.add(name: "Content-Length", value: "\(body.count)")
    headers.add(name: "Connection", value: "close")
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if request.method != .HEAD {
      let buffer = context.channel.allocator.buffer(bytes: body)
      context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    }
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      channel.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A refused upgrade is passed on as an ordinary request, which is answered.
    if error is NIOWebSocketUpgradeError { return }
    context.close(promise: nil)
  }
}
