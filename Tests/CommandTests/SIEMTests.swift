import FlowTestSupport
import Foundation
import SystemFiles
import Testing

/// Programs that are not ours and know the formats: JSON Schema, and AWS's own model of Security Hub.
///
/// They need Debian's python3-jsonschema and python3-botocore, and are skipped where those are missing.
enum FormatCheck {
  private static let folder = Program.repository.appending(path: "Tests/Schemas").path

  /// Checks a file in the program's folder; what is printed has how many there were.
  static func check(_ format: String, _ file: String, _ program: Program) throws -> Outcome {
    let line =
      switch format {
      case "asff": "\(folder)/check-asff.py \(file)"
      case "ocsf": "\(folder)/check-json.py \(folder)/ocsf-1.1.0-findings.json \(file)"
      default: "\(folder)/check-json.py \(folder)/ecs-8.11-alert.json \(file)"
      }
    return try program.shell("/usr/bin/python3 -B \(line)")
  }
}

@Suite("Findings for security systems", .needs(.python, .jsonSchema, .botocore))
struct SIEMTests {
  private static let place = "AWSLogs/123456789012/vpcflowlogs/eu-central-1/2026/01/05"
  private static let scan = Log.header + Log.scan()
  private static let outputs = "--output ocsf=o --output asff=a --output ecs=e"

  private func expectValid(_ program: Program, least: Int = 1) throws {
    for (format, file) in [("ocsf", "o"), ("asff", "a"), ("ecs", "e")] {
      let outcome = try FormatCheck.check(format, file, program)
      #expect(outcome.status == 0, "\(format): \(outcome.stdout.prefix(4000))\(outcome.stderr)")
      let words = outcome.stdout.split(whereSeparator: { " ,\n".contains($0) })
      let count = words.lastIndex { $0 == "findings" || $0 == "lines" }.flatMap {
        Int(words[$0 - 1])
      }
      #expect((count ?? 0) >= least, "\(format): \(outcome.stdout)")
    }
  }

  @Test("all findings of the sample logs are valid in each format")
  func samples() throws {
    let program = try Program()
    defer { program.remove() }
    let logs = Program.repository.appending(path: "SampleLogs").path
    let outcome = try program.shell("weir \(Self.outputs) \(logs)")
    #expect(outcome.status == 0 && outcome.stdout.isEmpty, "\(outcome.stderr)")
    try expectValid(program, least: 50)
    let ids = try program.shell("grep -o '\"AwsAccountId\":\"[0-9]*\"' a | sort -u")
    #expect(ids.stdout == "\"AwsAccountId\":\"123456789012\"\n")
  }

  @Test("so are those of a random log with traffic of every kind")
  func random() throws {
    let program = try Program()
    defer { program.remove() }
    var log = RandomLog(seed: 1)
    let lines = log.lines(4000) + log.channels()
    try program.write("\(Self.place)/a.log", Log.header + lines.joined())
    try program.write("tor.txt", "198.18.3.0/24\n")
    let outcome = try program.shell(
      "weir --threads 1 --threat-list tor.txt \(Self.outputs) AWSLogs"
    )
    #expect(outcome.status == 0, "\(outcome.stderr)")
    try expectValid(program, least: 60)
    let again = try program.shell(
      "weir --threads 3 --inflater zlib --threat-list tor.txt --output ocsf=o2 --output asff=a2 --output ecs=e2 AWSLogs; cmp o o2; cmp a a2; cmp e e2"
    )
    #expect(again.status == 0 && again.stdout.isEmpty, "\(again.stdout)\(again.stderr)")
  }

  @Test("so are those of IPv6, and a log with every column tells instance and network")
  func columns() throws {
    let program = try Program()
    defer { program.remove() }
    let header =
      "version account-id region vpc-id subnet-id instance-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags traffic-path\n"
    let lines = (1...12).map { host in
      let own = "2001:db8:20::\(host)"
      let start =
        "123456789012 eu-west-3 vpc-0c subnet-05 i-0b\(host) eni-0a1b2c3d4e5f607\(host + 10)"
      let times = "1767607200 1767607230"
      return """
        5 \(start) 2001:db8:1::9 \(own) 50001 443 6 9 900 \(times) ACCEPT OK 2 -
        5 \(start) \(own) 2001:db8:1::9 443 50001 6 9 9000 \(times) ACCEPT OK 18 8
        5 \(start) 2001:db8:7::7 \(own) 400\(host + 10) 22 6 1 40 \(times) REJECT OK 2 -

        """
    }
    try program.write("a.log", header + lines.joined())
    let outcome = try program.shell("weir --internal 2001:db8:20::/48 \(Self.outputs) a.log")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    try expectValid(program)
    let event = try program.read("o")
    for text in [
      #""ip":"2001:db8:20::3","port":22,"interface_uid":"eni-0a1b2c3d4e5f60713","instance_uid":"i-0b3","vpc_uid":"vpc-0c","subnet_uid":"subnet-05""#,
      #""cloud":{"provider":"AWS","region":"eu-west-3","account":{"uid":"123456789012""#,
      #""action":"Denied""#, #""protocol_ver_id":6,"tcp_flags":2"#,
    ] { #expect(event.contains(text), "\(event.prefix(5000))") }
    #expect(try program.read("a").contains(#""AwsAccountId":"123456789012""#))
    #expect(try program.read("e").contains(#""network":{"type":"ipv6""#))
  }

  @Test("a history's runs create, update and close")
  func historyRuns() throws {
    let program = try RunLogs.program()
    defer { program.remove() }
    var uids: [String] = []
    for (historyRun, activities) in [
      ("1", ["Create"]), ("2", ["Update"]), ("3", ["Create", "Close"]),
    ] {
      let outcome = try program.shell(
        "weir --aws-region us-east-1 --history h \(Self.outputs) \(historyRun).log; cat o"
      )
      #expect(outcome.status == 0, "\(outcome.stderr)")
      try expectValid(program)
      let lines = outcome.stdout.split(separator: "\n")
      #expect(lines.count == activities.count)
      for (line, activity) in zip(lines, activities) {
        #expect(line.contains("\"activity_name\":\"\(activity)\""), "\(historyRun): \(line)")
      }
      uids += lines.compactMap {
        $0.firstMatch(of: /"finding_info":\{"uid":"([0-9a-f]+)"/).map { String($0.1) }
      }
    }
    #expect(uids.count == 4)
    #expect(uids[0] == uids[1] && uids[1] == uids[3] && uids[2] != uids[0])
    let only = try program.shell("weir --history h --only new --format ocsf 3.log")
    #expect(!only.stdout.contains("Close"))
  }

  // MARK: Account and region

  struct Place: Sendable, CustomTestStringConvertible {
    var name: String
    var file: String
    var line: String
    var account = "123456789012"
    var region = "eu-central-1"
    var testDescription: String { name }
  }

  @Test(
    "Account and region come from names, records and options",
    arguments: [
      Place(
        name: "the layout of folders",
        file: "\(place)/a.log",
        line: "weir --format asff AWSLogs"
      ),
      Place(
        name: "the object's name",
        file: "123456789012_vpcflowlogs_eu-central-1_fl-0a_20260105T0000Z_bcb8.log",
        line: "weir --format asff *.log"
      ),
      Place(
        name: "Hive's folders",
        file: "x/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=eu-central-1/a.log",
        line: "weir --format asff x"
      ),
      Place(
        name: "records and an option",
        file: "a.log",
        line: "cat a.log | weir --format asff --aws-region eu-central-1"
      ),
      Place(
        name: "an option over the records",
        file: "a.log",
        line: "weir --format asff --aws-account 999999999999 --aws-region us-gov-west-1 a.log",
        account: "999999999999",
        region: "us-gov-west-1"
      ),
      Place(
        name: "the environment",
        file: "a.log",
        line: "WEIR_AWS_ACCOUNT=000000000001 WEIR_AWS_REGION=eu-central-1 weir --format asff a.log",
        account: "000000000001"
      ),
      Place(
        name: "the settings",
        file: "\(place)/a.log",
        line: "printf 'aws-account: 000000000002\\n' > .weir.yaml; weir --format asff AWSLogs",
        account: "000000000002"
      ),
    ]
  )
  func places(_ example: Place) throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(example.file, Self.scan)
    let outcome = try program.shell(example.line)
    #expect(outcome.status == 0 && outcome.stderr.isEmpty, "\(outcome.stderr)")
    #expect(outcome.stdout.contains(#""AwsAccountId":"\#(example.account)""#), "\(outcome.stdout)")
    #expect(outcome.stdout.contains(#""Region":"\#(example.region)""#))
    #expect(outcome.stdout.contains(":network-interface/eni-0a1b2c3d4e5f60711"))
  }

  @Test("Findings of two accounts come in lines of their own, each with its own region")
  func accounts() throws {
    let program = try Program()
    defer { program.remove() }
    let other = Self.scan.replacing("123456789012", with: "210987654321")
      .replacing("10.0.0.", with: "10.9.0.").replacing("eni-0a", with: "eni-0b")
      .replacing("198.51.100.7", with: "198.51.100.8")
    try program.write("\(Self.place)/a.log", Self.scan)
    try program.write("AWSLogs/210987654321/vpcflowlogs/sa-east-1/b.log", other)
    let outcome = try program.shell("weir \(Self.outputs) AWSLogs; cat a")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    try expectValid(program, least: 2)
    let lines = outcome.stdout.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].contains("198.51.100.7") && lines[0].contains("eu-central-1/123456789012"))
    #expect(lines[1].contains("198.51.100.8") && lines[1].contains("sa-east-1/210987654321"))
  }

  @Test(
    "Without a region the other reports are written, nothing is recorded, and the option is named"
  )
  func unknown() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", Self.scan)
    try program.write("report.json", "old")
    let outcome = try program.shell(
      "weir --history h --format asff --output json=report.json --output - a.log; echo $?; weir history runs h"
    )
    #expect(outcome.stdout == "2\n", "\(outcome.stdout)")
    #expect(outcome.stderr.contains("the log does not name the region: give --aws-region NAME"))
    #expect(!outcome.stderr.contains("--aws-account"))
    #expect(outcome.stderr.contains("the report was not written to standard output"))
    #expect(outcome.stderr.contains("this run is not recorded in the history"))
    #expect(try program.read("report.json").hasPrefix("{"))
    let others = try program.shell("weir --output ocsf=o --output ecs=e a.log")
    #expect(others.status == 0)
    #expect(try !program.read("o").contains("region"))
  }

  @Test(
    "What is no account or region is refused, with the place where it stands",
    arguments: [
      ("--aws-account 1234 a.log", ["--aws-account: '1234' is not a 12-digit AWS account ID"]),
      (
        "--aws-region Frankfurt a.log",
        ["--aws-region: 'Frankfurt' is not a region such as us-east-1"]
      ),
      ("--config c.yaml a.log", ["c.yaml:2: aws-region: 'x' is not a region"]),
    ]
  )
  func refused(line: String, stderr: [String]) throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", Self.scan)
    try program.write("c.yaml", "top: 3\naws-region: x\n")
    let outcome = try program.shell("weir --format asff \(line)")
    #expect(outcome.status == 2 && outcome.stdout.isEmpty)
    for text in stderr { #expect(outcome.stderr.contains(text), "\(outcome.stderr)") }
  }

  // MARK: Using it

  @Test("A shell hands batch after batch to Security Hub, and split makes files of them")
  func shell() throws {
    let program = try Program()
    defer { program.remove() }
    var log = RandomLog(seed: 3)
    let lines = log.lines(4000) + log.channels()
    try program.write("\(Self.place)/a.log", Log.header + lines.joined())
    let outcome = try program.shell(
      """
      count() { /usr/bin/python3 -c 'import json,sys; print(len(json.loads(sys.argv[1])))' "$1"; }
      weir --format asff AWSLogs > a
      while read -r batch; do count "$batch"; done < a > one
      split -l 1 a batch.
      for file in batch.*; do count "$(cat "$file")"; done > two
      cmp one two && wc -l < one && awk '{ sum += $1 } END { print sum }' one
      grep -o '"SchemaVersion"' a | wc -l
      """
    )
    let numbers = outcome.stdout.split(separator: "\n").compactMap { Int($0) }
    #expect(numbers.count == 3, "\(outcome.stdout)\(outcome.stderr)")
    #expect(numbers[0] > 1 && numbers[1] == numbers[2] && numbers[1] > 40)
  }

  @Test("--top leaves out findings that were not asked for, and no incidents")
  func top() throws {
    let program = try Program()
    defer { program.remove() }
    let logs = Program.repository.appending(path: "SampleLogs").path
    let outcome = try program.shell(
      "weir --top 2 --output ocsf=o --output ecs=e --output asff=a \(logs); wc -l < o; wc -l < e; grep -o SchemaVersion a | wc -l"
    )
    #expect(outcome.stdout.split(separator: "\n").map { Int($0) } == [4, 2, 2])
  }

  @Test(
    "findings of real logs are valid in each format",
    .enabled(if: environment("WEIR_DATA") != nil, "WEIR_DATA is not set"),
    arguments: ["vpc_eks_dec14", "nmap_local", "ipv6_ssh902"]
  )
  func real(set: String) throws {
    let program = try Program()
    defer { program.remove() }
    let logs = try #require(environment("WEIR_DATA")) + "/" + set
    let outcome = try program.shell(
      "weir --aws-account 123456789012 --aws-region us-east-1 \(Self.outputs) \(logs)"
    )
    #expect(outcome.status == 0 || outcome.status == 3, "\(outcome.stderr)")
    try expectValid(program)
  }
}
