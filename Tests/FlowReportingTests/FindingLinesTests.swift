import FlowDetection
import Testing

@testable import FlowFindings
@testable import FlowReporting

@Suite("Finding lines: what got nothing is folded")
struct FindingLinesTests {
  private static func findings(_ numbers: ClosedRange<Int>, outcome: FindingOutcome = .blocked)
    -> [Finding]
  {
    numbers.map { Example.finding($0, score: 20 - Double($0), outcome: outcome) }
  }

  private static func sizes(_ findings: [Finding]) -> [Int] {
    FindingLines(findings).lines.map(\.findings.count)
  }

  @Test("Nothing is nothing")
  func none() {
    #expect(FindingLines([]).lines.isEmpty)
    #expect(FindingLines([]).folded == 0)
  }

  @Test("Up to three stay, four and more of a kind fold", arguments: 1...6)
  func threshold(count: Int) {
    let lines = FindingLines(Self.findings(1...count))
    #expect(
      lines.lines.map(\.findings.count) == (count < 4 ? Array(repeating: 1, count: count) : [count])
    )
    #expect(lines.folded == (count < 4 ? 0 : count - 1))
  }

  @Test(
    "Every outcome without an answer folds",
    arguments: [FindingOutcome.blocked, .silent, .refused]
  )
  func gotNothing(outcome: FindingOutcome) {
    #expect(Self.sizes(Self.findings(1...4, outcome: outcome)) == [4])
  }

  @Test("Outcomes without an answer fold together")
  func mixedFailures() {
    let mixed = Self.findings(1...2) + Self.findings(3...4, outcome: .silent)
    #expect(Self.sizes(mixed) == [4])
  }

  @Test("What was answered folds as well", arguments: [FindingOutcome.touched, .open])
  func answered(outcome: FindingOutcome) {
    #expect(Self.sizes(Self.findings(1...5, outcome: outcome)) == [5])
    let mixed = Self.findings(1...3) + Self.findings(4...9, outcome: outcome)
    #expect(Self.sizes(mixed) == [9])
  }

  @Test("A source that scans four services and more is one line")
  func servicesOfOneSource() {
    let services = (1...4).map { number in
      var finding = Example.finding(9, rule: "scan.horizontal", title: "tcp/\(number) scan")
      finding.id += "\(number)"
      return finding
    }
    #expect(Self.sizes(services) == [4])
    #expect(FindingLines(services).lines.map(\.title) == ["Scan of 4 services"])
    #expect(Self.sizes(Array(services.prefix(3))) == [1, 1, 1])
  }

  @Test("From a score of 40 on nothing folds", arguments: [(39.49, 1), (39.5, 4), (40.0, 4)])
  func important(score: Double, lines: Int) {
    let findings = (1...4).map { Example.finding($0, score: score) }
    #expect(FindingLines(findings).lines.count == lines)
  }

  @Test("Rules and titles fold apart")
  func kinds() {
    let ssh = (1...3).map { Example.finding($0, title: "SSH scan") }
    let rdp = (1...3).map { Example.finding($0, title: "RDP scan") }
    let udp = (1...4).map { Example.finding($0, rule: "scan.udp", title: "SSH scan") }
    #expect(Self.sizes(ssh + rdp) == [1, 1, 1, 1, 1, 1])
    #expect(Self.sizes(ssh + udp) == [1, 1, 1, 4])
  }

  @Test("A folded line stands where its best finding stood; nothing is lost")
  func place() {
    let other = Example.finding(50, title: "Other scan", score: 19.5)
    let last = Example.finding(51, title: "Third scan", score: 1)
    let group = Self.findings(1...5)
    let ranked = [group[0], other] + group[1...] + [last]
    let lines = FindingLines(ranked)
    #expect(lines.lines.map(\.findings.count) == [5, 1, 1])
    #expect(lines.lines[0].findings.map(\.id) == group.map(\.id))
    #expect(lines.lines[1].findings.map(\.id) == [other.id])
    #expect(lines.folded == 4)
  }
}
