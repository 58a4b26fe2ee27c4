internal import FlowFindings
internal import FlowModel
internal import FlowParsing
internal import LogInput

/// Stands for the beginning of an input's text, by which copies are known.
struct TextFingerprint {
  private static let bytes = 8192

  /// 0 while no text was seen.
  private(set) var value: UInt64 = 0

  /// Takes the first block into account, and no other one.
  mutating func note(_ block: [UInt8], _ end: Int) {
    guard value == 0 else { return }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in block[..<min(end, Self.bytes)] {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    value = max(1, hash)
  }
}

extension SourceSummary {
  /// What became of an input that was read.
  init(_ stream: LogStream, _ parser: RecordParser) {
    self.init(
      path: stream.path,
      form: stream.form.rawValue,
      formats: parser.formats,
      counts: parser.counts,
      fault: stream.fault?.description,
      isTruncated: stream.fault != nil,
      compressedBytes: stream.compressedBytes,
      bytes: stream.bytes
    )
  }

  /// Adds what a reader of documents knows.
  mutating func describe(_ documents: DocumentReader?) {
    guard let documents else { return }
    form = "\(documents.kind), \(form)"
    notes = documents.notes
    guard let documentFault = documents.fault, fault == nil else { return }
    (fault, isTruncated) = (documentFault, true)
  }

  /// An input that could not be read.
  init(unreadable path: String, _ reason: String) {
    self.init(
      path: path,
      form: "unreadable",
      formats: [],
      counts: LineCounts(),
      fault: reason,
      isTruncated: false,
      compressedBytes: 0,
      bytes: 0
    )
  }
}
