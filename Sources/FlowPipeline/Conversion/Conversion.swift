internal import FlowFindings
internal import FlowModel
internal import SystemFiles

/// Writes the records of inputs of any form as plain text, for other tools.
///
/// Inputs come one after the other in the order in which they were named, files of a folder by path; nothing is kept
/// but a block. Records of every log-status are written; what is no record is counted and left out.
package struct Conversion {
  /// What is written.
  package enum Form: String, CaseIterable, Sendable {
    /// Lines with blanks, below a header, as AWS delivers them to S3.
    case s3
    /// Comma-separated values below a header.
    case csv
    /// A JSON object for each record.
    case jsonl
  }

  private let settings: AnalysisSettings
  private let form: Form

  /// Converts what the settings name.
  package init(_ settings: AnalysisSettings, to form: Form) {
    (self.settings, self.form) = (settings, form)
  }

  /// Reads everything.
  ///
  /// - Parameter print: takes whole lines, many at a time.
  /// - Returns: whether everything was read, and what a person must know.
  /// - Throws: `AnalysisError` when nothing could be read.
  package func run(
    _ print: @escaping @Sendable ([UInt8]) -> Void
  ) throws(AnalysisError) -> (isComplete: Bool, complaints: [String]) {
    var list = InputList(settings.paths)
    if let path = list.first(among: settings.outputs) { throw .inputIsOutput(path) }
    let window = try WindowSearch(settings, list).window()
    if let window { list.keep(window) }
    var options = RecordSource.Options(settings)
    (options.threads, options.window) = (1, window)
    let source = RecordSource(
      inputs: list.inputs,
      options: options,
      registry: InterfaceRegistry()
    )
    let form = form
    let outcome = source.read { ConvertingConsumer(form, print) }
    var reading = Reading()
    (reading.sources, reading.recordsInWindow) = (outcome.sources, outcome.recordsInWindow)
    let account = InputAccount(settings, list, reading, window)
    if let failure = account.failure { throw failure }
    return (account.summary.isComplete, Self.complaints(account.summary))
  }

  private static func complaints(_ input: InputSummary) -> [String] {
    var complaints = input.sources.flatMap { source in
      ([source.fault].compactMap(\.self) + source.notes).map { "\(source.path): \($0)" }
    }
    let rejected = input.counts.rejectedTotal
    if rejected > 0 {
      complaints.append(
        "\(rejected) \(rejected == 1 ? "line or document is no record and was" : "lines or documents are no records and were") left out"
      )
    }
    return complaints
  }
}

/// Writes every record.
private struct ConvertingConsumer: BatchConsumer {
  private static let size = 1 << 18

  private let form: Conversion.Form
  private let print: @Sendable ([UInt8]) -> Void
  private var bytes: [UInt8] = []
  /// The columns that the last header names.
  private var header: String?
  private var names: [[UInt8]] = []
  private var isNumber: [Bool] = []

  init(_ form: Conversion.Form, _ print: @escaping @Sendable ([UInt8]) -> Void) {
    (self.form, self.print) = (form, print)
  }

  var projection: Projection { .analysis }
  var wantsPlaces: Bool { true }

  mutating func consume(_ batch: borrowing RecordBatch, at place: BatchPlace) {
    guard let binding = place.format else { return }
    if binding.format.header != header { begin(binding.format) }
    for number in 0..<batch.selection.count {
      let line = place.line(batch, batch.selection[number])
      write(RecordWords(line).words.dropFirst(binding.prefixColumns))
    }
    if bytes.count >= Self.size { flush() }
  }

  mutating func end() { flush() }

  /// Nothing: one worker reads the inputs in their order.
  mutating func merge(_ other: consuming ConvertingConsumer) {}

  private mutating func flush() {
    guard !bytes.isEmpty else { return }
    print(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  private mutating func begin(_ format: RecordFormat) {
    header = format.header
    names = format.columns.map { Array($0.name.utf8) }
    isNumber = format.columns.map {
      if case .field(let field) = $0 { field.isNumber } else { false }
    }
    if form != .jsonl { write(names.map { $0[...] }[...]) }
  }

  private mutating func write(_ words: ArraySlice<ArraySlice<UInt8>>) {
    if form == .jsonl { return writeObject(words) }
    let separator = form == .csv ? UInt8(ascii: ",") : UInt8(ascii: " ")
    for (number, word) in words.enumerated() {
      if number > 0 { bytes.append(separator) }
      if form == .csv { writeCell(word) } else { bytes += word }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// A value is quoted only where it holds what would end it; fields of flow logs hold none of these.
  private mutating func writeCell(_ word: ArraySlice<UInt8>) {
    let quote = UInt8(ascii: "\"")
    guard word.contains(where: { $0 == quote || $0 == UInt8(ascii: ",") }) else {
      return bytes += word
    }
    bytes.append(quote)
    for byte in word { bytes += byte == quote ? [quote, quote] : [byte] }
    bytes.append(quote)
  }

  private mutating func writeObject(_ words: ArraySlice<ArraySlice<UInt8>>) {
    bytes.append(UInt8(ascii: "{"))
    for ((word, name), isNumber) in zip(zip(words, names), isNumber) {
      if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
      writeText(name[...])
      bytes.append(UInt8(ascii: ":"))
      if isNumber, word.elementsEqual("-".utf8) {
        bytes += Array("null".utf8)
      } else if isNumber, Self.isPlainNumber(word) {
        bytes += word
      } else {
        writeText(word)
      }
    }
    bytes += Array("}\n".utf8)
  }

  private static func isPlainNumber(_ word: ArraySlice<UInt8>) -> Bool {
    word.allSatisfy { 48...57 ~= $0 } && (word.count == 1 || word.first != 48)
  }

  private mutating func writeText(_ text: ArraySlice<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    for byte in String(decoding: text, as: UTF8.self).utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        bytes.append(UInt8(ascii: "\\"))
      }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

/// The columns of a line as it stands in its input, without what editors and terminals add.
struct RecordWords {
  let words: [ArraySlice<UInt8>]

  init(_ line: ArraySlice<UInt8>) {
    let start = line.starts(with: [0xef, 0xbb, 0xbf]) ? line.startIndex + 3 : line.startIndex
    let text = line[start...]
    guard text.contains(0x1b) else {
      words = text.split { $0 <= 0x20 }
      return
    }
    words = Self.withoutColors(text)[...].split { $0 <= 0x20 }
  }

  private static func withoutColors(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var clean: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == 0x1b else {
        clean.append(byte)
        continue
      }
      guard rest.first == UInt8(ascii: "[") else { continue }
      rest = rest.dropFirst().drop { $0 < 0x40 }.dropFirst()
    }
    return clean
  }
}

extension FieldName {
  /// Whether the values are numbers; an account is a name made of digits.
  fileprivate var isNumber: Bool {
    switch self {
    case .sourcePort, .destinationPort, .protocolNumber, .packets, .bytes, .start, .end, .version,
      .tcpFlags, .trafficPath, .encryptionStatus, .packetsLostNoRoute, .packetsLostBlackhole,
      .packetsLostMtuExceeded, .packetsLostTtlExpired:
      true
    default: false
    }
  }
}
