import FlowModel
import FlowTestSupport
import Testing

@testable import FlowFindings
@testable import FlowSettings

@Suite("AWS ranges file: ip-ranges.json as AWS publishes it")
struct AWSRangesFileTests {
  private static let advice =
    "; download the file again from https://ip-ranges.amazonaws.com/ip-ranges.json"

  private static func read(_ text: String) throws -> AWSPrefixes {
    try AWSRangesFile.parse(Array(text.utf8), path: "ip-ranges.json")
  }

  private static func document(prefixes: String = "", ipv6Prefixes: String = "") -> String {
    """
    {"syncToken": "1767225600", "createDate": "2026-01-01-00-00-00",
     "prefixes": [\(prefixes)], "ipv6_prefixes": [\(ipv6Prefixes)]}
    """
  }

  private static let v4 =
    #"{"ip_prefix": "3.5.140.0/22", "region": "ap-northeast-2", "service": "S3", "network_border_group": "ap-northeast-2"}"#
  private static let v6 =
    #"{"ipv6_prefix": "2600:1fa0::/39", "region": "eu-west-1", "service": "EC2", "network_border_group": "eu-west-1"}"#

  @Test("Both families are read; members that nobody asked for are left unread")
  func families() throws {
    let prefixes = try Self.read(Self.document(prefixes: Self.v4, ipv6Prefixes: Self.v6))
    #expect(prefixes.count == 2)
    let v4 = prefixes.match(try #require(IPAddress("3.5.143.255")))
    #expect(v4?.service == "S3")
    #expect(v4?.region == "ap-northeast-2")
    let v6 = prefixes.match(try #require(IPAddress("2600:1fa0::1")))
    #expect(v6?.service == "EC2")
    #expect(v6?.region == "eu-west-1")
    #expect(prefixes.match(IPAddress(v4: 0x0306_0000)) == nil)
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var text: String
    var message: String
    var testDescription: String { message }
  }

  @Test(
    "What AWS does not write is told with its place and what to do",
    arguments: [
      Mistake(text: "", message: "this is not JSON"),
      Mistake(text: "<html>", message: "this is not JSON"),
      Mistake(text: "{\"prefixes\": [", message: "this is not JSON"),
      Mistake(text: String(repeating: "[", count: 100_000), message: "this is not JSON"),
      Mistake(text: "[]", message: "the outermost object has another type than in files from AWS"),
      Mistake(text: "{}", message: "prefixes is missing"),
      Mistake(text: "{\"prefixes\": []}", message: "ipv6_prefixes is missing"),
      Mistake(text: document(), message: "it contains no range"),
      Mistake(
        text: document(prefixes: "7"),
        message: "prefixes[0] has another type than in files from AWS"
      ),
      Mistake(
        text: document(prefixes: "\(v4), {\"ip_prefix\": \"1.0.0.0/8\", \"service\": \"S3\"}"),
        message: "prefixes[1].region is missing"
      ),
      Mistake(
        text: document(prefixes: v6),
        message: "prefixes[0].ip_prefix is missing"
      ),
      Mistake(
        text: document(prefixes: v4.replacing("/22", with: "/33")),
        message: "prefixes[0].ip_prefix: '3.5.140.0/33' is no IPv4 range"
      ),
      Mistake(
        text: document(ipv6Prefixes: v6.replacing("2600:1fa0::/39", with: "3.5.140.0/22")),
        message: "ipv6_prefixes[0].ipv6_prefix: '3.5.140.0/22' is no IPv6 range"
      ),
      Mistake(
        text: document(prefixes: v4.replacing("\"S3\"", with: "null")),
        message: "prefixes[0].service is missing"
      ),
    ]
  )
  func mistakes(_ mistake: Mistake) {
    #expect(
      throws: SettingsError(
        path: "ip-ranges.json",
        line: nil,
        message: mistake.message + Self.advice
      )
    ) { try Self.read(mistake.text) }
  }

  @Test("Damage anywhere is told or harmless, never a crash", arguments: 0..<4)
  func damage(seed: UInt64) {
    var random = SplitMix(seed)
    let bytes = Array(Self.document(prefixes: Self.v4, ipv6Prefixes: Self.v6).utf8)
    var refused = 0
    for _ in 0..<300 {
      var damaged = bytes
      damaged[random.below(bytes.count)] = UInt8(random.below(256))
      do throws(SettingsError) {
        #expect(try AWSRangesFile.parse(damaged, path: "a").count == 2)
      } catch {
        refused += 1
        #expect(error.path == "a")
      }
    }
    #expect(refused > 0)
  }

  @Test("A file must be there and not be huge")
  func file() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array(Self.document(prefixes: Self.v4).utf8), to: "a.json")
    #expect(try AWSRangesFile.read(path).count == 1)
    let huge = try folder.write([UInt8](repeating: 0x20, count: 33 << 20), to: "huge.json")
    #expect(throws: SettingsError(path: huge, line: nil, message: "File too large")) {
      try AWSRangesFile.read(huge)
    }
    #expect(throws: SettingsError.self) { try AWSRangesFile.read("\(folder.path)/none") }
  }
}
