/// Decides which requests are answered, to keep out other pages in the same browser and other
/// machines.
///
/// A page of another origin can make the browser send requests here. It can forge neither `Origin`
/// nor `Host`, which names its own domain even when that resolves to this machine (DNS rebinding).
package struct AccessPolicy: Sendable {
  /// The token that the address must hold; nil where only this machine can reach the server.
  package let token: String?
  private let isLoopback: Bool

  /// The names by which a machine calls itself.
  private static let loopbackNames: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

  /// The characters of a refused host's name that the message repeats.
  private static let longestName = 80

  /// Creates the policy for a server that listens on `host`.
  package init(host: String) {
    isLoopback = Self.isLoopback(host)
    token = isLoopback ? nil : Self.randomToken()
  }

  /// Whether only this machine can reach a server that listens on `host`.
  package static func isLoopback(_ host: String) -> Bool {
    loopbackNames.contains(host.lowercased()) || host == "::1"
      || host.split(separator: ".").count == 4 && host.hasPrefix("127.")
        && host.allSatisfy { $0.isNumber || $0 == "." }
  }

  /// 128 random bits as hexadecimal digits.
  private static func randomToken() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<32).map { _ in
      String(UInt8.random(in: 0..<16, using: &generator), radix: 16)
    }
    .joined()
  }

  /// Why a request for the page is refused; nil if it is allowed.
  ///
  /// - Parameters:
  ///   - hosts: the values of `Host`.
  ///   - query: the part of the address after the question mark.
  package func refusal(hosts: [String], query: String?) -> String? {
    guard hosts.count == 1, let host = hosts.first, !host.isEmpty else {
      return "exactly one Host header is expected"
    }
    if isLoopback, !Self.isLoopback(Self.name(ofHost: host)) {
      return "the host \(host.prefix(Self.longestName)) is not this machine"
    }
    if let token, !Self.isEqual(Self.token(inQuery: query ?? ""), token) {
      return "the address lacks the token that the program printed"
    }
    return nil
  }

  /// Why a request for the WebSocket is refused; nil if it is allowed.
  package func refusal(hosts: [String], query: String?, origins: [String]) -> String? {
    if let refusal = refusal(hosts: hosts, query: query) { return refusal }
    guard origins == ["http://\(hosts[0])"] else { return "the request comes from another page" }
    return nil
  }

  /// The name in `NAME:PORT`.
  private static func name(ofHost host: String) -> String {
    guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return host }
    return String(host[..<colon])
  }

  private static func token(inQuery query: String) -> String {
    let prefix = "token="
    return query.split(separator: "&").first { $0.hasPrefix(prefix) }
      .map { String($0.dropFirst(prefix.count)) } ?? ""
  }

  /// Whether two texts are equal, in a time that does not depend on where they differ.
  private static func isEqual(_ a: String, _ b: String) -> Bool {
    a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
