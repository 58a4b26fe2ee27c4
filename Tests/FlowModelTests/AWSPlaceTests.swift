import FlowModel
import Testing

@Suite("Accounts and regions of AWS, as names of objects tell them")
struct AWSPlaceTests {
  @Test(
    "Names of objects and folders",
    arguments: [
      (
        "AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/01/05/123456789012_vpcflowlogs_us-east-1_fl-0a_20260105T0000Z_bcb8.log.gz",
        "123456789012", "us-east-1"
      ),
      (
        "123456789012_vpcflowlogs_eu-central-1_fl-0a_20260105T0000Z_bcb8.log.gz", "123456789012",
        "eu-central-1"
      ),
      (
        "bucket/AWSLogs/123456789012/vpcflowlogs/ap-south-1/2026/x.log", "123456789012",
        "ap-south-1"
      ),
      (
        "AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-gov-west-1/year=2026/x.log.gz",
        "123456789012", "us-gov-west-1"
      ),
      // The object's own name counts before its folders.
      (
        "AWSLogs/111111111111/vpcflowlogs/us-east-1/222222222222_vpcflowlogs_us-west-2_fl-1_a_b.log.gz",
        "222222222222", "us-west-2"
      ),
      ("AWSLogs/123456789012/vpcflowlogs", "123456789012", nil),
      ("vpcflowlogs/us-east-1/a.log", nil, "us-east-1"),
      ("AWSLogs/12345/vpcflowlogs/us-east-1/a.log", nil, "us-east-1"),
      ("AWSLogs/123456789012/CloudTrail/us-east-1/a.log", nil, nil),
      ("123456789012/us-east-1.log", nil, nil),
      ("x_vpcflowlogs_y_z", nil, nil), ("-", nil, nil), ("", nil, nil), ("///", nil, nil),
    ] as [(String, String?, String?)]
  )
  func paths(path: String, account: String?, region: String?) {
    #expect(AWSPlace(path: path) == AWSPlace(account: account, region: region))
  }

  @Test("Accounts are twelve digits", arguments: ["123456789012", "000000000000"])
  func accounts(text: String) { #expect(AWSPlace.isAccount(text)) }

  @Test(
    "Anything else is none",
    arguments: ["", "12345678901", "1234567890123", "12345678901a", "١٢٣٤٥٦٧٨٩٠١٢", "-12345678901"]
  )
  func noAccounts(text: String) { #expect(!AWSPlace.isAccount(text)) }

  @Test(
    "Regions",
    arguments: [
      "us-east-1", "ap-southeast-5", "us-gov-east-1", "cn-northwest-1", "us-isob-east-1",
      "me-central-1",
      "mx-central-12",
    ]
  )
  func regions(text: String) { #expect(AWSPlace.isRegion(text)) }

  @Test(
    "Anything else is none",
    arguments: [
      "", "us-east", "us-east-", "US-EAST-1", "us-east-1a", "us--1", "-east-1", "us-east-1:x",
      "us_east_1",
      "us-east-1\n", "a-b-" + String(repeating: "1", count: 40),
    ]
  )
  func noRegions(text: String) { #expect(!AWSPlace.isRegion(text)) }

  @Test(
    "Partitions",
    arguments: [
      ("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"),
      ("us-iso-east-1", "aws-iso"), ("us-isob-east-1", "aws-iso-b"),
      ("eu-isoe-west-1", "aws-iso-e"),
      ("us-isof-south-1", "aws-iso-f"), ("eusc-de-east-1", "aws-eusc"),
    ]
  )
  func partitions(region: String, partition: String) {
    #expect(AWSPlace.partition(of: region) == partition)
  }

  @Test("The whole log has a place while it names one; what the user gave counts first")
  func sole() {
    var cloud = CloudIdentity()
    #expect(cloud.sole == AWSPlace())
    cloud.note(AWSPlace(account: "111111111111", region: "us-east-1"))
    cloud.note(AWSPlace())
    cloud.note(AWSPlace(account: "111111111111"))
    #expect(cloud.sole == AWSPlace(account: "111111111111", region: "us-east-1"))
    cloud.note(AWSPlace(account: "222222222222"))
    #expect(cloud.sole == AWSPlace(region: "us-east-1"))
    cloud.given.account = "333333333333"
    #expect(cloud.sole == AWSPlace(account: "333333333333", region: "us-east-1"))
  }
}
