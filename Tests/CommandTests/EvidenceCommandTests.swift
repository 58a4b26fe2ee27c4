import FlowTestSupport
import Foundation
import Testing

@Suite("weir evidence")
struct EvidenceCommandTests {
  private static let find =
    #"id=$(weir --format json a.log | grep -B1 '"rule": "scan.horizontal"' | sed -n 's/.*"id": "\(.*\)",/\1/p')"#

  private static func shell(
    _ line: String,
    log: String = Log.header + Log.scan()
  ) throws -> Outcome {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", log)
    return try program.shell("\(find); \(line)")
  }

  @Test("an archive that tar unpacks and sha256sum accepts, with every raw line")
  func archive() throws {
    let outcome = try Self.shell(
      """
      weir evidence $id a.log --output case.tar.gz || exit
      stat -c %a case.tar.gz; tar tzvf case.tar.gz | awk '{print $1, $2, $4, $5, $6}'; tar xzf case.tar.gz
      cd weir-$id && sha256sum --strict -c manifest.sha256 && cut -f 1-3 lines.tsv | sed "s/$id/ID/"
      tail -n +2 lines.tsv | cut -f 4- > got; grep '198.51.100.7' ../a.log | sort > want; sort got | cmp - want
      grep -c '"id": "'$id'"' report.json; grep -c 'SSH scan' report.txt
      """
    )
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stderr == "weir: 1 finding, 12 raw lines: case.tar.gz\n")
    let lines = outcome.stdout.split(separator: "\n").map(String.init)
    #expect(lines.first == "600")
    #expect(lines[1...4].allSatisfy { $0.hasPrefix("-rw------- root/root 2026-01-05 ") })
    #expect(Array(lines[5...7]) == ["lines.tsv: OK", "report.json: OK", "report.txt: OK"])
    #expect(lines[8] == "path\tline\tfindings")
    // Of each host's three lines the last is the scan's.
    let numbers = lines[9..<21].compactMap { $0.split(separator: "\t").dropFirst().first }
      .compactMap { Int($0) }.sorted()
    #expect(numbers == (1...12).map { $0 * 3 + 1 })
    #expect(lines[9..<21].allSatisfy { $0.hasPrefix("a.log\t") && $0.hasSuffix("\tID") })
    #expect(lines.suffix(2).first == "1")
  }

  @Test("the same bytes in every run, with any number of threads, and from a pipe")
  func deterministic() throws {
    let outcome = try Self.shell(
      """
      split -n l/3 a.log p; for f in pab pac; do { head -1 a.log; cat $f; } > $f.log; done; mv paa paa.log; rm pab pac
      export WEIR_THREADS=1; weir evidence $id p*.log --output case.tar.gz; mv case.tar.gz 1
      export WEIR_THREADS=3; weir evidence $id p*.log --output case.tar.gz; cmp 1 case.tar.gz || exit
      cat a.log | weir evidence $id --output - | tar xzO weir-$id/lines.tsv | cut -f 4- > pipe
      weir evidence $id a.log --output - | tar xzO weir-$id/lines.tsv | cut -f 4- | cmp - pipe
      """
    )
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stdout.isEmpty)
  }

  @Test("a limit keeps the first lines, and says so in the report and on standard error")
  func limit() throws {
    let outcome = try Self.shell(
      """
      weir evidence $(echo $id | cut -c 1-8) a.log --lines 5 --output case.tar.gz; tar xzf case.tar.gz
      wc -l < weir-$id/lines.tsv; grep -c 'the first 5 of 12 raw lines' weir-$id/report.json weir-$id/report.txt
      """
    )
    #expect(outcome.stdout.hasPrefix("6\n"))
    #expect(outcome.stdout.contains("report.json:1") && outcome.stdout.contains("report.txt:1"))
    #expect(outcome.stderr.contains("the first 5 of 12 raw lines are in lines.tsv"))
  }

  @Test(
    "mistakes: status 2, and nothing is written",
    arguments: [
      ("weir evidence ffff a.log --output case.tar.gz", "no finding has the id ffff"),
      ("weir evidence $id a.log", "--output"),
      ("weir evidence $id a.log --output no/case.tar.gz", "nothing was read"),
      ("weir evidence $id a.log --lines 0 --output case.tar.gz", "--lines takes 1"),
      ("weir evidence $id missing.log --output case.tar.gz", "missing.log"),
    ]
  )
  func mistakes(line: String, text: String) throws {
    let outcome = try Self.shell("\(line); code=$?; ls case.tar.gz 2>&1; exit $code")
    #expect(outcome.status == 2, "\(outcome.stderr)")
    #expect(outcome.stderr.contains(text), "\(outcome.stderr)")
    #expect(outcome.stdout.contains("No such file"))
  }

  @Test("damaged input: what was readable is exported, and the status is 3")
  func damaged() throws {
    let outcome = try Self.shell(
      "weir evidence $id a.log missing.log --output case.tar.gz; code=$?; tar tzf case.tar.gz | wc -l; exit $code"
    )
    #expect(outcome.status == 3 && outcome.stdout == "4\n")
  }
}
