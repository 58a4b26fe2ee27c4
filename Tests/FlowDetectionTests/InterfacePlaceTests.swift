import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings

@Suite("The place of an interface, from columns")
struct InterfacePlaceTests {
  private static func place(_ columns: [FieldName: String]) -> InterfacePlace {
    InterfacePlace { columns[$0] }
  }

  @Test("All columns")
  func all() {
    let place = Self.place([
      .interfaceId: "eni-0a1b", .accountId: "123456789012", .region: "us-east-1", .azId: "use1-az1",
      .vpcId: "vpc-0c", .subnetId: "subnet-05", .instanceId: "i-0b",
    ])
    #expect(place.interface == "eni-0a1b" && place.account == "123456789012")
    #expect(place.region == "us-east-1" && place.zone == "use1-az1")
    #expect(place.network == "vpc-0c" && place.subnet == "subnet-05" && place.instance == "i-0b")
  }

  @Test(
    "What does not look as AWS writes it is left out",
    arguments: [
      "-", "", "unknown", "<script>", "eni-\"x", "i-0b\u{1b}[2J", "12345", "vpc-../..", "eni-ÄÖ",
      "eni-" + String(repeating: "0", count: 80),
    ]
  )
  func hostile(text: String) {
    for field in [FieldName.interfaceId, .accountId, .region, .vpcId, .subnetId, .instanceId] {
      #expect(Self.place([field: text]) == InterfacePlace(), "\(field.rawValue)")
    }
  }

  @Test("No columns, nothing known")
  func none() { #expect(Self.place([:]) == InterfacePlace()) }
}
