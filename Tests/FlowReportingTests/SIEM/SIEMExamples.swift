import Foundation
import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

extension Example {
  static let interface = "eni-0a1b2c3d4e5f60718"

  /// A line between a external source and the local address 192.0.2.10, as the default format has it.
  static func line(_ stranger: Int, port: Int = 22) -> Evidence {
    let source = Example.stranger(stranger)
    var evidence = Evidence(
      path: "AWSLogs/a.log.gz",
      line: 3,
      text:
        "2 123456789012 \(interface) \(source) \(own(10)) 40001 \(port) 6 13 1859 1767607207 1767607230 ACCEPT OK"
    )
    var record = EvidenceRecord(source: source, destination: own(10))
    (record.sourcePort, record.destinationPort) = (40001, UInt16(port))
    record.protocolNumber = 6
    record.action = .accept
    record.place.interface = interface
    record.place.account = "123456789012"
    evidence.record = record
    return evidence
  }

  /// Brute force at an internal host whose interface, account and instance are known.
  static func bruteForce() -> Finding {
    var finding = finding(
      rule: "ssh.bruteforce",
      title: "SSH brute force",
      score: 43.2,
      outcome: .touched
    )
    finding.id = "edf417b052464c14"
    finding.stage = .p3
    finding.service = Service(protocolNumber: 6, port: 22)
    finding.targets.sample = [Target(address: own(10), port: 22, interface: interface)]
    finding.counts.conversations = 320
    finding.detail = "320 attempts, one in 37 s"
    finding.why = [
      Reason(measure: "attempts", value: 320, from: 10, to: 3000, weight: 0.5, contribution: 0.38)
    ]
    finding.evidence = [line(7)]
    finding.evidence[0].record?.place.instance = "i-0b32504495d6d33f1"
    finding.techniques = ["T1110.001", "T1021.004"]
    finding.suppressWith = #"- {rule: ssh.bruteforce, source: "203.0.113.7", reason: "say why"}"#
    return finding
  }

  /// A report of findings in one account and region.
  static func cloudReport(_ findings: [Finding]) -> Report {
    var report = emptyReport()
    report.findings = findings
    report.own = [own(10), own(11)]
    report.cloud.note(AWSPlace(account: "123456789012", region: "eu-central-1"))
    report.cloud.owners = [interface: "123456789012"]
    report.cloud.interfaces = [own(10): interface]
    return report
  }
}

/// Reads what reporters of JSON Lines write.
enum Lines {
  /// The values of all lines.
  static func values(_ bytes: [UInt8]) throws -> [JSONValue] {
    #expect(bytes.isEmpty || bytes.last == UInt8(ascii: "\n"))
    return try bytes.text.split(separator: "\n").map { try JSONText.value(String($0)) }
  }

  /// The value of the only line.
  static func value(_ bytes: [UInt8]) throws -> JSONValue {
    let all = try values(bytes)
    return try #require(all.count == 1 ? all[0] : nil)
  }

  /// JSON on one line as people read it: a member or element a line.
  static func indented(_ bytes: [UInt8]) -> String {
    var (text, depth, isQuoted, isEscaped) = ("", 0, false, false)
    func newLine() -> String { "\n" + String(repeating: " ", count: 2 * depth) }
    for character in bytes.text {
      if isQuoted {
        text.append(character)
        isQuoted = isEscaped || character != "\""
        isEscaped = !isEscaped && character == "\\"
        continue
      }
      isQuoted = character == "\""
      if "]}".contains(character) {
        depth -= 1
        text += newLine()
      }
      text.append(character)
      if "[{".contains(character) { depth += 1 }
      if "[{,".contains(character) { text += newLine() }
      if character == ":" { text.append(" ") }
    }
    return text
  }
}

extension JSONValue {
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var number: String? { if case .number(let number) = self { number } else { nil } }
  var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
  var texts: [String] { elements.compactMap(\.text) }

  /// A member of members, such as `finding_info.uid`.
  func at(_ path: String) -> JSONValue? {
    path.split(separator: ".").reduce(Optional(self)) { value, name in
      Int(name).map { value?[$0] } ?? value?[String(name)]
    }
  }

  /// All texts within, those of names not.
  var allTexts: [String] {
    switch self {
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(\.allTexts)
    case .object(let members): members.values.flatMap(\.allTexts)
    case .number, .flag, .null: []
    }
  }
}
