import SplatPlatform

/// The network interfaces of this machine.
package enum NetworkInterfaces {
  /// The hosts that stand for every interface.
  private static let wildcards: Set<String> = ["0.0.0.0", "::"]
  /// The host by which a machine without a network reaches itself.
  private static let loopback = "127.0.0.1"

  /// The hosts by which a browser reaches a server that listens on `host`, at least one.
  ///
  /// A server on every interface is reached by each of ``addresses``.
  package static func hosts(for host: String) -> [String] {
    guard wildcards.contains(host) else { return [host] }
    let addresses = addresses
    return addresses.isEmpty ? [loopback] : addresses
  }

  /// The IPv4 addresses of the interfaces that are up, except the loopback.
  package static var addresses: [String] {
    // Ask the system for the list of interfaces.
    var first: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&first) == 0 else { return [] }
    defer { unsafe freeifaddrs(first) }

    // Collect the IPv4 addresses.
    var addresses: [String] = []
    var next = unsafe first
    while let interface = unsafe next {
      unsafe next = interface.pointee.ifa_next
      let flags = unsafe interface.pointee.ifa_flags
      guard flags & UInt32(IFF_UP) != 0, flags & UInt32(IFF_LOOPBACK) == 0,
        let address = unsafe interface.pointee.ifa_addr,
        unsafe Int32(address.pointee.sa_family) == AF_INET
      else { continue }
      let number = unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        unsafe UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
      }
      addresses.append(dotted(number))
    }
    return addresses
  }

  private static func dotted(_ address: UInt32) -> String {
    [24, 16, 8, 0].map { String(address >> UInt32($0) & 255) }.joined(separator: ".")
  }
}
