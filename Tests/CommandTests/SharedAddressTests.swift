import Foundation
import Testing

@Suite("Addresses that several accounts have")
struct SharedAddressTests {
  @Test(
    "two accounts with one address are told, whatever the columns and the length of ids",
    arguments: [
      ("eni-1a2b3c1d", "eni-1a2b3c2d"), ("eni-08446f7cb7d7c7cb6", "eni-0d0e990ba39cd2098"),
    ],
    [
      "account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",
      "srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status interface-id account-id",
      "interface-id srcaddr dstaddr account-id start end protocol srcport dstport packets bytes action log-status",
    ]
  )
  func sharedAddresses(interfaces: (String, String), header: String) throws {
    let program = try Program()
    defer { program.remove() }
    for (account, interface) in [
      ("111122223333", interfaces.0), ("444455556666", interfaces.1),
    ] {
      let lines = (6..<12).flatMap { peer in
        [("10.0.0.5", "10.0.0.\(peer)"), ("10.0.0.\(peer)", "10.0.0.5")].map {
          source,
          destination in
          let values = [
            "account-id": account, "interface-id": interface, "srcaddr": source,
            "dstaddr": destination, "srcport": "40000", "dstport": "5432", "protocol": "6",
            "packets": "10", "bytes": "1000", "start": "1767607200", "end": "1767607250",
            "action": "ACCEPT", "log-status": "OK",
          ]
          return header.split(separator: " ").map { values[String($0)] ?? "-" }
            .joined(separator: " ")
        }
      }
      try program.write("logs/\(account).log", ([header] + lines).joined(separator: "\n") + "\n")
    }
    let json = try program.shell("weir --format json logs")
    #expect(
      json.stdout.contains(
        "10.0.0.5 belong to interfaces of several accounts (111122223333, 444455556666)"
      ),
      "\(json.stdout.prefix(2500))"
    )
  }
}
