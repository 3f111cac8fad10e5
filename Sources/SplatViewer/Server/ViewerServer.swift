import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import SplatPlatform

/// Serves the page and its WebSockets, on one thread.
final class ViewerServer: Sendable {
  /// The addresses to open, with the token where one is needed.
  let addresses: [String]
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel

  /// The connections that may be open at once.
  private static let maximumConnections = 64
  /// The connections that the system may hold ready to be accepted.
  private static let backlog: Int32 = 128

  /// Starts to listen on `host` and `port`, or any free port if that is 0.
  init(
    host: String, port: Int, registry: ClientRegistry, timeouts: ServerTimeouts
  ) throws(ViewerError) {
    // Set up the pipeline of each connection.
    let policy = AccessPolicy(host: host)
    let limit = ConnectionLimit(maximum: Self.maximumConnections)
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: Self.backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        guard limit.add(channel) else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          try Self.addHandlers(to: channel, policy: policy, registry: registry, timeouts: timeouts)
        }
      }

    // Listen.
    do {
      channel = try bootstrap.bind(host: host, port: port).wait()
    } catch {
      try? group.syncShutdownGracefully()
      throw ViewerError(
        description: "cannot listen on \(host), port \(port): \(Self.message(error))")
    }

    // Name the addresses that a browser can open.
    let port = channel.localAddress?.port ?? port
    let query = policy.token.map { "?token=\($0)" } ?? ""
    addresses = NetworkInterfaces.hosts(for: host).map { host in
      "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(query)"
    }
  }

  /// Stops listening and closes all connections.
  func stop() {
    try? channel.close().wait()
    try? group.syncShutdownGracefully()
  }

  private static func message(_ error: any Error) -> String {
    if error is SocketAddressError || error is SocketAddressError.UnknownHost {
      return "no address of this machine has this name; 127.0.0.1 or 0.0.0.0 would do"
    }
    return (error as? IOError).map { unsafe String(cString: strerror($0.errnoCode)) } ?? "\(error)"
  }

  private static func addHandlers(
    to channel: any Channel, policy: AccessPolicy, registry: ClientRegistry,
    timeouts: ServerTimeouts
  ) throws {
    // A request for the stream becomes a WebSocket if the policy allows it.
    let upgrader = NIOWebSocketServerUpgrader(
      maxFrameSize: PageMessage.largestSize,
      shouldUpgrade: { channel, head in
        let target = RequestTarget(head)
        let isAllowed =
          target.path == RequestTarget.stream
          && policy.refusal(
            hosts: head.headers["Host"], query: target.query, origins: head.headers["Origin"])
            == nil
        return channel.eventLoop.makeSucceededFuture(isAllowed ? [:] : nil)
      },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            StreamHandler(registry: registry, channel: channel, timeouts: timeouts))
        }
      })

    // Every other request is answered by the page handler.
    let pipeline = channel.pipeline.syncOperations
    try pipeline.configureHTTPServerPipeline(
      withServerUpgrade: (
        upgraders: [upgrader],
        completionHandler: { context in
          context.pipeline.removeHandler(name: PageHandler.name, promise: nil)
        }
      ))
    try pipeline.addHandler(PageHandler(policy: policy, timeouts: timeouts), name: PageHandler.name)
  }
}
