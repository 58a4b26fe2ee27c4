package import FlowFindings
internal import FlowModel

/// What a case rests on, as one archive: raw lines, the report in two forms, and the hashes of all three.
package enum CaseArchive {
  /// The archive; the same bytes for the same input.
  ///
  /// - Parameters:
  ///   - report: what was found, with the findings of the case alone.
  ///   - lines: their raw lines.
  ///   - name: the folder that holds the files; at most 80 letters, digits and hyphens.
  /// - Returns: a tar archive.
  package static func tar(_ report: Report, _ lines: EvidenceLines, name: String) -> [UInt8] {
    let style = TextStyle(width: 120, usesColor: false, top: nil)
    let files = [
      ("lines.tsv", table(lines)), ("report.json", JSONReporter.report(report)),
      ("report.txt", TextReporter.report(report, style)),
    ]
    var archive = TarArchive(time: report.input.counts.lastEnd ?? 0)
    for (file, bytes) in files { archive.add("\(name)/\(file)", bytes) }
    archive.add("\(name)/manifest.sha256", manifest(files))
    archive.end()
    return archive.bytes
  }

  /// As `sha256sum` writes it, so that `sha256sum -c` reads it.
  static func manifest(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    Array(files.map { "\(hexadecimal(SHA256.hash($0.bytes)))  \($0.name)\n" }.joined().utf8)
  }

  /// A head, then a line for each raw line: input, line number, ids of findings, and the line, which stands last since
  /// it may have tabs of its own.
  static func table(_ lines: EvidenceLines) -> [UInt8] {
    let tab = UInt8(ascii: "\t")
    var bytes = Array("path\tline\tfindings\ttext\n".utf8)
    for line in lines.lines {
      let place =
        "\(TextFormat.safe(line.path))\t\(line.number)\t\(line.findings.joined(separator: ","))"
      bytes += Array(place.utf8) + [tab] + line.bytes + [UInt8(ascii: "\n")]
    }
    return bytes
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
