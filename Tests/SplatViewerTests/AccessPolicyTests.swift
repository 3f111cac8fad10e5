import SplatViewer
import Testing

@Suite struct AccessPolicyTests {
  private let local = AccessPolicy(host: "127.0.0.1")

  @Test(arguments: ["127.0.0.1:8080", "localhost:8080", "localhost", "[::1]:8080", "127.0.0.2:1"])
  func theMachineItselfMayLook(_ host: String) {
    #expect(local.refusal(hosts: [host], query: nil) == nil)
    #expect(local.refusal(hosts: [host], query: nil, origins: ["http://\(host)"]) == nil)
  }

  @Test(arguments: [
    "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.168.0.7",
    "[fe80::1]", "127.evil.0.1", "", "127.0.0.1@evil.example", "localhost:80:evil.example:1",
  ])
  func aNameThatPointsHereByRebindingIsRefused(_ host: String) {
    #expect(local.refusal(hosts: [host], query: nil) != nil)
  }

  @Test func aRequestNamesExactlyOneHost() {
    #expect(local.refusal(hosts: [], query: nil) != nil)
    #expect(local.refusal(hosts: ["localhost", "localhost"], query: nil) != nil)
  }

  @Test(arguments: [
    [], ["null"], ["http://evil.example"], ["https://localhost:8080"], ["http://localhost:8081"],
    ["http://localhost:8080", "http://localhost:8080"], ["http://localhost:8080/"],
  ])
  func aSocketBelongsToThePageOfTheSameAddress(_ origins: [String]) {
    #expect(local.refusal(hosts: ["localhost:8080"], query: nil, origins: origins) != nil)
  }

  @Test func otherMachinesNeedTheToken() throws {
    let open = AccessPolicy(host: "0.0.0.0")
    let token = try #require(open.token)
    #expect(token.count == 32)
    #expect(AccessPolicy(host: "0.0.0.0").token != token)
    #expect(open.refusal(hosts: ["192.168.0.7:80"], query: "token=\(token)") == nil)
    #expect(open.refusal(hosts: ["192.168.0.7:80"], query: "a=b&token=\(token)") == nil)
    let last = token.last == "0" ? "1" : "0"
    for query in [
      nil, "", "token=", "token=\(token)0", "token=\(token.dropLast())\(last)", "\(token)",
    ] {
      #expect(open.refusal(hosts: ["192.168.0.7:80"], query: query) != nil, "\(query ?? "none")")
    }
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("localhost", true), ("::1", true), ("127.1.2.3", true),
    ("0.0.0.0", false), ("::", false), ("192.168.0.7", false), ("127.example.com", false),
  ])
  func onlyTheLoopbackNeedsNoToken(_ host: String, _ isLoopback: Bool) {
    #expect(AccessPolicy.isLoopback(host) == isLoopback)
    #expect((AccessPolicy(host: host).token == nil) == isLoopback)
  }
}
