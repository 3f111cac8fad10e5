import Foundation
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A TCP connection that can break every rule of the protocol.
final class RawConnection {
  private let descriptor: Int32
  private var received: [UInt8] = []
  /// Whether the last wait for bytes timed out.
  private var hasTimedOut = false
  private let port: Int

  /// A frame of a WebSocket.
  struct Frame {
    var opcode: UInt8
    var payload: [UInt8]
    var text: String { String(decoding: payload, as: UTF8.self) }
  }

  init(port: Int, receiveBuffer: Int32? = nil) throws {
    self.port = port
    #if canImport(Darwin)
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    if var size = receiveBuffer {
      _ = unsafe setsockopt(
        descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0, "no connection to port \(port): \(errno)")
  }

  deinit { close() }

  private var isClosed = false

  func close() {
    guard !isClosed else { return }
    isClosed = true
    #if canImport(Darwin)
      _ = Darwin.close(descriptor)
    #else
      _ = Glibc.close(descriptor)
    #endif
  }

  /// Sends bytes; returns false if the other side has closed the connection.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    #if canImport(Darwin)
      let flags: Int32 = 0
    #else
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    var done = 0
    while done < bytes.count {
      let sent = unsafe bytes.withUnsafeBytes { source in
        guard let base = source.baseAddress else { return 0 }
        return unsafe systemSend(descriptor, base + done, source.count - done, flags)
      }
      guard sent > 0 else { return false }
      done += sent
    }
    return true
  }

  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  /// Waits for bytes and takes them; returns false at the end.
  private func fill() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    // The end of a connection does not reset `errno`.
    errno = 0
    let count = unsafe buffer.withUnsafeMutableBytes { target in
      unsafe recv(descriptor, target.baseAddress, target.count, 0)
    }
    hasTimedOut = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
    guard count > 0 else { return false }
    received += buffer[..<count]
    return true
  }

  /// Everything up to the end of the connection.
  func readToEnd() -> String {
    while fill() {}
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  /// Whether the other side closes the connection, whatever it still sends.
  func isEnded() -> Bool {
    while fill() { received = [] }
    return !hasTimedOut
  }

  /// Opens the WebSocket as a page of this server does; returns the first line of the response.
  func upgrade(host: String? = nil, origin: String? = nil, query: String = "") -> String {
    let host = host ?? "127.0.0.1:\(port)"
    send(
      """
      GET /stream\(query) HTTP/1.1\r\nHost: \(host)\r\n\
      Upgrade: websocket\r\nConnection: Upgrade\r\n\
      Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
      Origin: \(origin ?? "http://\(host)")\r\n\r\n
      """)
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let range = received.firstRange(of: end) {
        let head = String(decoding: received[..<range.lowerBound], as: UTF8.self)
        received.removeSubrange(..<range.upperBound)
        return String(head.prefix { $0 != "\r\n" && $0 != "\r" })
      }
      guard fill() else { return "" }
    }
  }

  /// Sends a frame; `length` is the length in its header, if not the true one.
  @discardableResult
  func send(
    opcode: UInt8, _ payload: [UInt8], isLast: Bool = true, isMasked: Bool = true,
    length: UInt64? = nil
  ) -> Bool {
    let mask: [UInt8] = isMasked ? [1, 2, 3, 4] : []
    let bit: UInt8 = isMasked ? 0x80 : 0
    var frame: [UInt8] = [(isLast ? 0x80 : 0) | opcode]
    let count = length ?? UInt64(payload.count)
    if count < 126 {
      frame.append(bit | UInt8(count))
    } else if count < 65536 {
      frame += [bit | 126, UInt8(count >> 8), UInt8(count & 255)]
    } else {
      frame.append(bit | 127)
      frame += (0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(56 - $0 * 8)) }
    }
    frame += mask
    frame += payload.enumerated().map { isMasked ? $1 ^ mask[$0 % 4] : $1 }
    return send(frame)
  }

  @discardableResult
  func sendText(_ text: String) -> Bool { send(opcode: 1, Array(text.utf8)) }

  /// The next frame, or nil at the end.
  func nextFrame() -> Frame? {
    while true {
      if let frame = takeFrame() { return frame }
      guard fill() else { return nil }
    }
  }

  private func takeFrame() -> Frame? {
    guard received.count >= 2 else { return nil }
    var (length, start) = (Int(received[1] & 127), 2)
    if length == 126 {
      guard received.count >= 4 else { return nil }
      (length, start) = (Int(received[2]) << 8 | Int(received[3]), 4)
    } else if length == 127 {
      guard received.count >= 10 else { return nil }
      (length, start) = (received[2..<10].reduce(0) { $0 << 8 | Int($1) }, 10)
    }
    guard received.count >= start + length else { return nil }
    let frame = Frame(
      opcode: received[0] & 15, payload: Array(received[start..<start + length]))
    received.removeSubrange(..<(start + length))
    return frame
  }

  /// The next picture, confirmed as a page does: its header and its bytes; nil at the end.
  func nextPicture() -> (header: String, bytes: [UInt8])? {
    while let frame = nextFrame() {
      if frame.opcode == 8 { return nil }
      if frame.opcode == 2, frame.payload.count > 4 { return confirm(frame) }
    }
    return nil
  }

  /// Takes the picture in a binary frame apart and confirms it.
  func confirm(_ frame: Frame) -> (header: String, bytes: [UInt8]) {
    let length = (0..<4).reduce(0) { $0 | Int(frame.payload[$1]) << ($1 * 8) }
    let header = String(decoding: frame.payload[4..<4 + length], as: UTF8.self)
    if let picture = Messages.number("picture", in: header) {
      sendText(#"{"type": "shown", "picture": \#(picture)}"#)
    }
    return (header, Array(frame.payload[(4 + length)...]))
  }

  /// The reason of the close frame; nil if none came before the end.
  func closeReason() -> String? {
    while let frame = nextFrame() {
      if frame.opcode == 8 { return String(decoding: frame.payload.dropFirst(2), as: UTF8.self) }
    }
    return nil
  }
}

// Within the type, `send` would mean its own method.
private func systemSend(
  _ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int, _ flags: Int32
)
  -> Int
{
  unsafe send(descriptor, bytes, count, flags)
}
