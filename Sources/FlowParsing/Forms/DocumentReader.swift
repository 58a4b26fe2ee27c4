import FlowModel

/// Turns the bytes of an input in an envelope into lines, one for each record in it.
package struct DocumentReader {
  private enum Reader {
    case json(JSONReader)
    case table(CSVReader)
    case pieces(TextPieces)
  }

  private var reader: Reader
  /// Bytes of a document whose end is not there yet.
  private var pending: [UInt8] = []
  /// A long document is tried again only when twice as many bytes of it are there.
  private var nextTry = 0
  /// What broke the last document off; known behind the last bytes.
  package private(set) var fault: String?

  /// A reader of one input.
  ///
  /// - Parameters:
  ///   - envelope: as recognized by the beginning of the input.
  ///   - unpack: inflates gzip that stands in a document; nil where it is damaged or too large.
  package init(_ envelope: Envelope, unpack: @escaping ([UInt8]) -> [UInt8]?) {
    reader =
      switch envelope.kind {
      case .json: .json(JSONReader(unpack: unpack))
      case .table(let separator, let hasHeader):
        .table(CSVReader(separator: separator, hasHeader: hasHeader))
      case .pieces(let border): .pieces(TextPieces(border))
      }
  }

  /// What the documents are, in words.
  package var kind: String {
    switch reader {
    case .json(let json): json.kind ?? "JSON"
    case .table(let table): table.kind ?? "CSV"
    case .pieces(let pieces):
      switch pieces.border {
      case .carriageReturns: "lines that end with carriage returns"
      case .tabs: "text output of the AWS command line"
      case .nothing: "records without line feeds"
      }
    }
  }

  /// What is to be said about the input as a whole.
  package var notes: [String] {
    switch reader {
    case .json(let json): json.record.notes.texts
    case .table(let table): table.record.notes.texts
    case .pieces(let pieces): pieces.record.notes.texts
    }
  }

  /// Takes the next bytes of the input.
  package mutating func read(_ bytes: Span<UInt8>, into lines: inout LineBlock) {
    guard !pending.isEmpty else {
      let used = read(bytes, isLast: false, &lines)
      return keep(bytes, from: used)
    }
    ByteCopy.append(bytes, 0..<bytes.count, to: &pending)
    guard pending.count >= nextTry else { return }
    var all: [UInt8] = []
    swap(&all, &pending)
    let used = read(all.span, isLast: false, &lines)
    if used == 0 {
      swap(&all, &pending)
      nextTry = pending.count * 2
    } else {
      keep(all.span, from: used)
    }
  }

  /// Takes the end of the input.
  ///
  /// - Parameters:
  ///   - isDamaged: whether the bytes broke off, so that the last document is none.
  ///   - lines: receives the lines of the last documents.
  package mutating func finish(isDamaged: Bool, into lines: inout LineBlock) {
    if isDamaged {
      if !pending.isEmpty { lines.reject(.cutOff) }
    } else {
      let all = pending
      let used = read(all.span, isLast: true, &lines)
      end(rest: all.count - used, &lines)
    }
    pending = []
  }

  private mutating func keep(_ bytes: Span<UInt8>, from used: Int) {
    nextTry = 0
    if used < bytes.count { ByteCopy.append(bytes, used..<bytes.count, to: &pending) }
  }

  private mutating func read(_ bytes: Span<UInt8>, isLast: Bool, _ lines: inout LineBlock) -> Int {
    switch reader {
    case .json(var json):
      reader = .pieces(TextPieces(.nothing))
      defer { reader = .json(json) }
      return json.read(bytes, isLast: isLast, to: &lines)
    case .table(var table):
      reader = .pieces(TextPieces(.nothing))
      defer { reader = .table(table) }
      return table.read(bytes, isLast: isLast, to: &lines)
    case .pieces(var pieces):
      reader = .pieces(TextPieces(.nothing))
      defer { reader = .pieces(pieces) }
      return pieces.read(bytes, isLast: isLast, to: &lines)
    }
  }

  private mutating func end(rest: Int, _ lines: inout LineBlock) {
    switch reader {
    case .json(let json): fault = json.fault(rest: rest)
    case .table(var table):
      table.finish()
      reader = .table(table)
    case .pieces(var pieces):
      pieces.flush(&lines)
      reader = .pieces(pieces)
    }
  }
}
