import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// Serves the page and the WebSockets of the pages, on one thread.
final class ViewerServer: Sendable {
  /// The address to open, with the token where one is needed.
  let address: String
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel

  /// The connections that may be open at once.
  private static let mostConnections = 64

  /// Starts to listen on `host` and `port`, or any free port if that is 0.
  init(host: String, port: Int, lobby: Lobby, patience: Patience) throws(ViewerError) {
    let policy = AccessPolicy(host: host)
    let open = OpenConnections(limit: Self.mostConnections)
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 128)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        guard open.add(channel) else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          try Self.prepare(channel, policy: policy, lobby: lobby, patience: patience)
        }
      }
    do {
      channel = try bootstrap.bind(host: host, port: port).wait()
    } catch {
      try? group.syncShutdownGracefully()
      throw ViewerError(
        description: "cannot listen on \(host), port \(port): \(Self.message(error))")
    }
    let name = host.contains(":") ? "[\(host)]" : host
    let query = policy.token.map { "?token=\($0)" } ?? ""
    address = "http://\(name):\(channel.localAddress?.port ?? port)/\(query)"
  }

  /// Stops listening and ends all connections.
  func stop() {
    try? channel.close().wait()
    try? group.syncShutdownGracefully()
  }

  private static func message(_ error: any Error) -> String {
    (error as? IOError).map { unsafe String(cString: strerror($0.errnoCode)) } ?? "\(error)"
  }

  private static func prepare(
    _ channel: any Channel, policy: AccessPolicy, lobby: Lobby, patience: Patience
  ) throws {
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
            StreamHandler(lobby: lobby, channel: channel, patience: patience))
        }
      })
    let pipeline = channel.pipeline.syncOperations
    try pipeline.configureHTTPServerPipeline(
      withServerUpgrade: (
        upgraders: [upgrader],
        completionHandler: { context in
          context.pipeline.removeHandler(name: PageHandler.name, promise: nil)
        }
      ))
    try pipeline.addHandler(PageHandler(policy: policy, patience: patience), name: PageHandler.name)
  }
}

/// Counts connections.
private final class OpenConnections: Sendable {
  private let count = Atomic<Int>(0)
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Counts `channel` until it closes; returns whether there was room for it.
  func add(_ channel: any Channel) -> Bool {
    guard count.add(1, ordering: .relaxed).newValue <= limit else {
      count.subtract(1, ordering: .relaxed)
      return false
    }
    channel.closeFuture.whenComplete { _ in self.count.subtract(1, ordering: .relaxed) }
    return true
  }
}

/// Why a viewer cannot begin.
public struct ViewerError: Error, CustomStringConvertible, Sendable {
  /// What was tried and what came in between.
  public var description: String
}
