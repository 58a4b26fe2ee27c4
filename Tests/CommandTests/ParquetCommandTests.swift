import FlowTestSupport
import Foundation
import Testing

/// Parquet files as their users meet them; the files and their records are those of `Tests/Fixtures/Parquet`.
@Suite("The command: Parquet files")
struct ParquetCommandTests {
  private static let fixtures = Program.repository.appending(path: "Tests/Fixtures/Parquet")

  /// Runs a line in a folder with some of the files; `$F` is the folder of all of them.
  private static func run(_ line: String, _ files: [String] = []) throws -> Outcome {
    let program = try Program()
    defer { program.remove() }
    for file in files {
      try program.write(file, Array(try Data(contentsOf: fixtures.appending(path: file))))
    }
    return try program.shell(line, environment: ["F": fixtures.path])
  }

  private static let text = "weir convert $F/rows.log"

  @Test(
    "give what the text log gives, from a folder, a pipe, gzip and tar",
    arguments: [
      "weir convert $F/gzip-v1.parquet", "cat $F/snappy-v2.parquet | weir convert",
      "weir convert - < $F/duckdb-zstd.parquet", "gzip < $F/groups.parquet | weir convert",
      "weir convert $F/whole.parquet.zst",
      "tar -cf a.tar -C $F delta.parquet && weir convert a.tar",
      "mkdir logs && cp $F/pages.parquet logs/a.log.parquet && weir convert logs",
    ]
  )
  func ways(line: String) throws {
    let outcome = try Self.run(line)
    #expect(outcome.status == 0 && outcome.stderr.isEmpty, "\(outcome.stderr)")
    #expect(outcome.stdout == (try Self.run(Self.text).stdout))
  }

  @Test("have the same report with one thread and with two, whole and in row groups") func threads()
    throws
  {
    func report(_ file: String, _ threads: Int) throws -> String {
      let line =
        "weir --format json --threads \(threads) \(file) | sed -n '/\"summary\"/,$p' | grep -v path"
      return try Self.run(line, [file]).stdout
    }
    let whole = try report("gzip-v1.parquet", 1)
    #expect(whole.contains("\"tables\""))
    for file in ["gzip-v1.parquet", "groups.parquet", "ocsf.parquet", "pages.parquet"] {
      let one = try report(file, 1)
      #expect(try report(file, 2) == one)
      if file != "ocsf.parquet" { #expect(one == whole, "\(file)") }
    }
  }

  private struct Report: Decodable {
    struct Finding: Decodable { var evidence: [Line] }
    struct Line: Decodable { var line: Int, text: String }
    var findings: [Finding]
  }

  @Test("Evidence names the row, counted through all row groups, and shows it as a line")
  func evidence() throws {
    let outcome = try Self.run("weir --format json $F/groups.parquet")
    let rows = try String(contentsOf: Self.fixtures.appending(path: "rows.log"), encoding: .utf8)
      .split(separator: "\n").dropFirst().map(String.init)
    let report = try JSONDecoder().decode(Report.self, from: Data(outcome.stdout.utf8))
    let lines = report.findings.flatMap(\.evidence)
    #expect(lines.contains { $0.line > 37 })
    for line in lines { #expect(rows[line.line - 1] == line.text) }
  }

  @Test("Rows outside of the time window are not read, and that is said")
  func outsideOfWindow() throws {
    let line = "weir --since 2026-01-05T10:03Z --until 2026-01-05T10:04Z --format json"
    let outcome = try Self.run("\(line) $F/groups.parquet")
    #expect(outcome.status == 0)
    #expect(outcome.stdout.contains("rows lie outside of the time window and were not read"))
  }

  @Test(
    "A time window chooses the same records as in the text log, whatever the times are counted in",
    arguments: ["groups", "pages", "ocsf", "times-ms", "times-96", "fractions", "texts"]
  )
  func window(file: String) throws {
    let line = "weir --since 2026-01-05T10:03Z --until 2026-01-05T10:04Z --format json"
    let tables = "sed -n '/\"tables\"/,$p'"
    #expect(
      try Self.run("\(line) $F/\(file).parquet | \(tables)").stdout
        == Self.run("\(line) $F/rows.log | \(tables)").stdout
    )
  }

  @Test("A field without any value has none, whatever file was read before it")
  func nullColumn() throws {
    let files = ["gzip-v1.parquet", "null-column.parquet"]
    let outcome = try Self.run("weir --threads 1 --format json .", files)
    #expect(outcome.status == 0 && outcome.stdout.contains("\"ok\": 308"))
  }

  @Test("Damage is named, and what was readable is kept")
  func damage() throws {
    let cut = try Self.run("head -c 9000 $F/groups.parquet > a.parquet; weir a.parquet")
    #expect(cut.status == 3)
    #expect(cut.stderr.contains("a.parquet: Parquet: the file is cut off"))
    let line = """
      cp $F/groups.parquet a.parquet; chmod u+w a.parquet
      head -c 2000 /dev/zero | tr '\\0' U | dd of=a.parquet bs=1 seek=60 conv=notrunc 2> dd.log
      weir a.parquet
      """
    let damaged = try Self.run(line)
    #expect(damaged.status == 3)
    #expect(damaged.stderr.contains("Parquet row group 1: column "))
    #expect(damaged.stderr.contains("its rows 1 to 37 are lost"))
    #expect(damaged.stdout.contains("records"))
  }

  @Test("weir formats says what they are")
  func formats() throws {
    let outcome = try Self.run(
      "weir formats ocsf.parquet zstd-v2.parquet",
      ["ocsf.parquet", "zstd-v2.parquet"]
    )
    #expect(outcome.stdout.contains("ocsf.parquet: OCSF Parquet (gzip)"))
    #expect(outcome.stdout.contains("zstd-v2.parquet: Parquet (zstd)"))
  }
}
