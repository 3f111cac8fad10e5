import ArgumentParser
import SplatFiles

/// The address of a viewer's page.
struct AddressOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Listen on this address, such as 0.0.0.0 for every network of this machine; beyond 127.0.0.1 \
      the page's address holds a token.
      """, valueName: "address"))
  var host = AddressOptions.defaultHost

  @Option(help: ArgumentHelp("Listen on this port. (default: any that is free)", valueName: "port"))
  var port: Int?

  private static let defaultHost = "127.0.0.1"

  /// Whether neither was chosen.
  var isDefault: Bool { host == Self.defaultHost && port == nil }

  func validate() throws {
    if let port, !(0...65535).contains(port) {
      throw ValidationError("--port is \(port); 0...65535 are expected.")
    }
    guard !host.isEmpty else { throw ValidationError("--host is empty; an address is expected.") }
  }

  /// Prints the addresses at which the page can be opened.
  func print(_ addresses: [String], to report: ReportOptions) {
    report.say("view     \(addresses.joined(separator: "\n         "))")
    report.emit([
      "event": "viewing", "address": .text(addresses[0]),
      "addresses": .array(addresses.map { .text($0) }),
    ])
    if report.quiet { Console.write(addresses.map { $0 + "\n" }.joined()) }
  }
}
