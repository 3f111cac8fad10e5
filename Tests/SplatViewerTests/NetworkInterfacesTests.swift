import SplatViewer
import Testing

@Suite struct NetworkInterfacesTests {
  @Test func aServerOnOneAddressIsReachedByIt() {
    for host in ["127.0.0.1", "localhost", "192.0.2.7", "::1"] {
      #expect(NetworkInterfaces.hosts(for: host) == [host])
    }
  }

  @Test func aServerOnEveryInterfaceIsReachedByTheMachinesAddresses() {
    let addresses = NetworkInterfaces.addresses
    for address in addresses {
      let numbers = address.split(separator: ".").compactMap { UInt8($0) }
      #expect(numbers.count == 4, "\(address)")
      #expect(numbers.first != 127 && numbers != [0, 0, 0, 0], "\(address)")
    }
    for host in ["0.0.0.0", "::"] {
      #expect(
        NetworkInterfaces.hosts(for: host) == (addresses.isEmpty ? ["127.0.0.1"] : addresses))
    }
  }
}
