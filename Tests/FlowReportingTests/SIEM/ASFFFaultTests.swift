import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("ASFF: an account or region that nobody knows is never made up")
struct ASFFFaultTests {
  private static func report(
    _ accounts: Set<String>,
    _ regions: Set<String>,
    findings: Bool = true
  ) -> Report {
    var report = Example.emptyReport()
    var source = Example.source("a.log")
    source.counts = Example.counts()
    report.input = InputSummary(sources: [source], skipDataWindows: 0, isComplete: true)
    report.findings = findings ? [Example.finding()] : []
    (report.cloud.accounts, report.cloud.regions) = (accounts, regions)
    return report
  }

  private static let (first, second) = ("111111111111", "222222222222")

  @Test("All is known: no fault", arguments: [true, false])
  func known(findings: Bool) {
    #expect(
      ASFFReporter.fault(in: Self.report([Self.first], ["us-east-1"], findings: findings)) == nil
    )
  }

  @Test(
    "Nothing is known: the fault names the options, in a clean run as well",
    arguments: [true, false]
  )
  func nothing(findings: Bool) throws {
    let fault = try #require(ASFFReporter.fault(in: Self.report([], [], findings: findings)))
    #expect(fault.description.contains("give --aws-account ID"))
    #expect(fault.description.contains("give --aws-region NAME"))
  }

  @Test("Only what is missing is asked for")
  func half() throws {
    let region = try #require(ASFFReporter.fault(in: Self.report([Self.first], []))).description
    #expect(region.contains("--aws-region") && !region.contains("--aws-account"))
    let account = try #require(ASFFReporter.fault(in: Self.report([], ["us-east-1"]))).description
    #expect(account.contains("--aws-account") && !account.contains("--aws-region"))
  }

  @Test("Several accounts: a finding that belongs to none of them is a fault, a clean run is not")
  func several() throws {
    let accounts: Set = [Self.first, Self.second]
    let fault = try #require(ASFFReporter.fault(in: Self.report(accounts, ["us-east-1"])))
    #expect(fault.description.contains("2 accounts"))
    #expect(fault.description.contains("scan.vertical"))
    #expect(ASFFReporter.fault(in: Self.report(accounts, ["us-east-1"], findings: false)) == nil)
  }

  @Test("What the user gives mends it")
  func given() {
    var report = Self.report([], [])
    report.cloud.given = AWSPlace(account: Self.first, region: "eu-west-3")
    #expect(ASFFReporter.fault(in: report) == nil)
  }

  @Test("A run that read no record has nothing to ask")
  func nothingRead() { #expect(ASFFReporter.fault(in: Example.emptyReport()) == nil) }
}
