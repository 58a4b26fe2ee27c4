import FlowModel
import FlowTestSupport
import Testing

@Suite("AWS prefixes: which service an address belongs to")
struct AWSPrefixesTests {
  private static func prefix(
    _ range: String,
    _ service: String,
    _ region: String = "eu-west-1"
  ) throws -> AWSPrefix {
    AWSPrefix(network: try #require(IPNetwork(range)), service: service, region: region)
  }

  private static func match(_ text: String, _ prefixes: AWSPrefixes) throws -> String? {
    prefixes.match(try #require(IPAddress(text))).map { "\($0.service) \($0.region)" }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var ranges: [(range: String, service: String)]
    var answers: [(address: String, service: String?)]
    var testDescription: String { what }
  }

  @Test(
    "The service that says most answers, and of equals the longest prefix",
    arguments: [
      Case(what: "no range", ranges: [], answers: [("3.5.140.1", nil), ("::1", nil)]),
      Case(
        what: "one range, to its edges",
        ranges: [("3.5.140.0/22", "S3")],
        answers: [
          ("3.5.139.255", nil), ("3.5.140.0", "S3"), ("3.5.143.255", "S3"), ("3.5.144.0", nil),
        ]
      ),
      Case(
        what: "a range listed three times",
        ranges: [("3.5.140.0/22", "AMAZON"), ("3.5.140.0/22", "S3"), ("3.5.140.0/22", "EC2")],
        answers: [("3.5.140.1", "S3")]
      ),
      Case(
        what: "EC2 before AMAZON",
        ranges: [("3.5.140.0/22", "EC2"), ("3.5.140.0/22", "AMAZON")],
        answers: [("3.5.140.1", "EC2")]
      ),
      Case(
        what: "a service in a catch-all",
        ranges: [("52.0.0.0/8", "AMAZON"), ("52.95.128.0/21", "S3"), ("52.0.0.0/10", "EC2")],
        answers: [("52.95.128.9", "S3"), ("52.1.1.1", "EC2"), ("52.200.1.1", "AMAZON")]
      ),
      Case(
        what: "a catch-all in a service",
        ranges: [
          ("52.94.0.0/16", "DYNAMODB"), ("52.94.5.0/24", "EC2"), ("52.94.5.0/26", "AMAZON"),
        ],
        answers: [("52.94.5.1", "DYNAMODB"), ("52.94.6.1", "DYNAMODB")]
      ),
      Case(
        what: "services in each other",
        ranges: [
          ("13.32.0.0/15", "CLOUDFRONT"), ("13.33.0.0/24", "S3"), ("13.33.0.128/25", "DYNAMODB"),
        ],
        answers: [
          ("13.32.0.1", "CLOUDFRONT"), ("13.33.0.1", "S3"), ("13.33.0.129", "DYNAMODB"),
          ("13.33.1.0", "CLOUDFRONT"), ("13.34.0.0", nil),
        ]
      ),
      Case(
        what: "two services with the same range, by name",
        ranges: [("3.5.140.0/22", "S3"), ("3.5.140.0/22", "CLOUDFRONT")],
        answers: [("3.5.140.1", "CLOUDFRONT")]
      ),
      Case(
        what: "the whole of a family, and its last address",
        ranges: [("0.0.0.0/0", "AMAZON"), ("255.255.255.255/32", "S3")],
        answers: [("0.0.0.0", "AMAZON"), ("255.255.255.255", "S3"), ("::", nil), ("ffff::", nil)]
      ),
      Case(
        what: "IPv6",
        ranges: [("2600:1f00::/24", "EC2"), ("2600:1fa0:8000::/39", "S3"), ("::/0", "AMAZON")],
        answers: [
          ("2600:1fa0:8000::1", "S3"), ("2600:1fff::", "EC2"), ("1.2.3.4", nil),
          ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "AMAZON"),
        ]
      ),
    ]
  )
  func services(_ example: Case) throws {
    let ranges = try example.ranges.map { try Self.prefix($0.range, $0.service) }
    for prefixes in [AWSPrefixes(ranges), AWSPrefixes(ranges.reversed())] {
      #expect(prefixes.count == ranges.count)
      #expect(prefixes.isEmpty == ranges.isEmpty)
      for (address, service) in example.answers {
        #expect(
          try Self.match(address, prefixes) == service.map { "\($0) eu-west-1" },
          "\(address)"
        )
      }
    }
  }

  /// The answer by looking at every range, for comparison.
  private static func slowly(_ address: IPAddress, _ prefixes: [AWSPrefix]) -> AWSPrefix? {
    let weights = ["AMAZON": 0, "EC2": 1]
    return prefixes.filter { $0.network.contains(address) }.max { left, right in
      let (a, b) = (weights[left.service] ?? 2, weights[right.service] ?? 2)
      if a != b { return a < b }
      if left.network.prefixLength != right.network.prefixLength {
        return left.network.prefixLength < right.network.prefixLength
      }
      return (left.service, left.region) > (right.service, right.region)
    }
  }

  @Test("Any ranges answer as a look at each of them does", arguments: 0..<20)
  func compared(seed: UInt64) throws {
    var random = SplitMix(seed)
    let services = ["AMAZON", "EC2", "S3", "DYNAMODB"]
    var ranges: [AWSPrefix] = []
    for _ in 0..<1 + random.below(60) {
      let address =
        random.oneIn(3)
        ? IPAddress(high: UInt64(random.below(4)) << 60, low: 0)
        : IPAddress(v4: UInt32(random.below(256)) << 24 | UInt32(random.below(4)))
      let length = random.below(address.isV4 ? 33 : 129)
      let network = try #require(IPNetwork(address, prefixLength: length))
      let region = "region-\(random.below(2))"
      ranges.append(AWSPrefix(network: network, service: services[random.below(4)], region: region))
    }
    let prefixes = AWSPrefixes(ranges)
    let edges = ranges.flatMap { [$0.network.base.bits, $0.network.last.bits] }
    for bits in edges.flatMap({ [$0 &- 1, $0, $0 &+ 1] }) {
      let address = IPAddress(bits: bits)
      let (fast, slow) = (prefixes.match(address), Self.slowly(address, ranges))
      #expect(fast?.service == slow?.service, "\(address)")
      #expect(fast?.region == slow?.region, "\(address)")
    }
  }
}

@Suite("Address origin: what two databases know together")
struct AddressOriginTests {
  @Test("The first one's word counts; number and organization go together")
  func completed() {
    let country = AddressOrigin(country: "NL")
    let network = AddressOrigin(country: "DE", asn: 64_500, organization: "Example")
    let number = AddressOrigin(asn: 64_511)
    #expect(
      country.completed(by: network)
        == AddressOrigin(country: "NL", asn: 64_500, organization: "Example")
    )
    #expect(number.completed(by: network) == AddressOrigin(country: "DE", asn: 64_511))
    #expect(network.completed(by: number) == network)
    #expect(AddressOrigin().completed(by: AddressOrigin()).isEmpty)
    for known in [country, number, AddressOrigin(organization: "Example")] {
      #expect(!known.isEmpty)
    }
  }
}
