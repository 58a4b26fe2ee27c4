/// Gives the files of a tar archive one after the other, each as a stream of its own.
///
/// Reads POSIX (ustar, pax) and GNU archives. Memory does not depend on the archive: one block is kept.
package final class TarArchive {
  private static let blockSize = 512
  private static let longestName = 8192

  private let stream: LogStream
  private let source: any ByteSource
  private let inflater: InflaterKind
  private var buffer = [UInt8](repeating: 0, count: 65_536)
  private var position = 0
  private var available = 0
  /// Bytes of the present file that were not read yet, and of its padding.
  private var rest = 0
  private var padding = 0
  /// What broke the archive off; known when `next` gave nil.
  package private(set) var fault: InputFault?

  /// Whether text is the beginning of an archive.
  package static func isArchive(_ head: [UInt8]) -> Bool {
    head.count >= blockSize && head[257..<262].elementsEqual("ustar".utf8)
  }

  /// The archive that a stream holds.
  ///
  /// - Parameters:
  ///   - stream: of which nothing was read but its beginning.
  ///   - inflater: the library that inflates the files in the archive.
  package init(_ stream: LogStream, inflater: InflaterKind) {
    self.stream = stream
    self.inflater = inflater
    source = stream.takeSource()
  }

  /// The next file that holds anything; what is left of the last one is passed over.
  ///
  /// - Throws: `InputError` when its content is a form that Weir cannot read.
  package func next() throws(InputError) -> LogStream? {
    guard let file = nextName() else { return nil }
    return try LogStream.open(
      member: TarMember(self),
      of: stream,
      path: "\(stream.path)/\(file)",
      inflater: inflater
    )
  }

  private func nextName() -> String? {
    do throws(InputFault) {
      return try nextFile()
    } catch {
      fault = error
      return nil
    }
  }

  private func nextFile() throws(InputFault) -> String? {
    var longName: String?
    while true {
      try skip(rest + padding)
      (rest, padding) = (0, 0)
      guard let header = try header() else { return nil }
      (rest, padding) = (header.size, (512 - header.size % 512) % 512)
      switch header.kind {
      case UInt8(ascii: "L"): longName = try text(header.size)
      case UInt8(ascii: "x"): longName = Self.path(inRecords: try text(header.size)) ?? longName
      case UInt8(ascii: "0"), 0, UInt8(ascii: "7"):
        let name = longName ?? header.name
        longName = nil
        if header.size > 0, Self.isWanted(name) { return name }
      default: longName = nil
      }
    }
  }

  /// Files that tools leave beside logs hold none.
  private static func isWanted(_ name: String) -> Bool {
    let file = name.split(separator: "/").last ?? ""
    return !file.hasPrefix(".") && !file.hasSuffix(".csv.metadata") && file != "aws-logs-write-test"
  }

  private struct Header {
    var name: String
    var size: Int
    var kind: UInt8
  }

  private func header() throws(InputFault) -> Header? {
    guard let block = try block() else { return nil }
    guard block.contains(where: { $0 != 0 }) else { return nil }
    guard block[257..<262].elementsEqual("ustar".utf8), let size = Self.number(block[124..<136])
    else { throw InputFault(reason: "tar archive corrupt", offset: stream.compressedBytes) }
    let prefix = block[262] == 0 ? Self.string(block[345..<500]) : ""
    let name = Self.string(block[0..<100])
    return Header(name: prefix.isEmpty ? name : "\(prefix)/\(name)", size: size, kind: block[156])
  }

  private static func string(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// A size in octal digits, or in binary where the first bit is set.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    if let first = bytes.first, first & 0x80 != 0 {
      let value = bytes.dropFirst().reduce(UInt64(first & 0x7f)) { $0 << 8 | UInt64($1) }
      return Int(exactly: value)
    }
    let digits = bytes.drop { $0 == 32 }.prefix { 48...55 ~= $0 }
    return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }

  /// The value of `path` in the records of a pax header: `27 path=some/long/name` and a line feed.
  private static func path(inRecords text: String) -> String? {
    for line in text.split(separator: "\n") {
      guard let record = line.split(separator: " ", maxSplits: 1).last else { continue }
      if record.hasPrefix("path=") { return String(record.dropFirst(5)) }
    }
    return nil
  }

  private func text(_ size: Int) throws(InputFault) -> String {
    var bytes: [UInt8] = []
    while rest > 0 {
      guard try refill() else { throw truncated }
      let count = min(rest, available - position)
      bytes += buffer[position..<position + count].prefix(max(0, Self.longestName - bytes.count))
      position += count
      rest -= count
    }
    return Self.string(bytes[...])
  }

  // MARK: Bytes

  private var truncated: InputFault {
    InputFault(reason: "tar archive truncated", offset: stream.compressedBytes)
  }

  /// The next block; nil at the end of the archive.
  private func block() throws(InputFault) -> [UInt8]? {
    var block: [UInt8] = []
    while block.count < Self.blockSize {
      guard try refill() else {
        if block.isEmpty { return nil }
        throw truncated
      }
      let count = min(Self.blockSize - block.count, available - position)
      block += buffer[position..<position + count]
      position += count
    }
    return block
  }

  private func skip(_ count: Int) throws(InputFault) {
    var left = count
    while left > 0 {
      guard try refill() else { throw truncated }
      let step = min(left, available - position)
      position += step
      left -= step
    }
  }

  private func refill() throws(InputFault) -> Bool {
    if position < available { return true }
    (position, available) = (0, 0)
    available = try source.read(into: &buffer, from: 0)
    return available > 0
  }

  /// Reads on in the present file.
  fileprivate func read(into output: inout [UInt8], from offset: Int) throws(InputFault) -> Int {
    guard rest > 0 else { return 0 }
    guard try refill() else { throw truncated }
    let count = min(rest, available - position, output.count - offset)
    output.replaceSubrange(offset..<offset + count, with: buffer[position..<position + count])
    position += count
    rest -= count
    return count
  }
}

/// One file of an archive.
private final class TarMember: ByteSource {
  private let archive: TarArchive

  init(_ archive: TarArchive) { self.archive = archive }

  func read(into buffer: inout [UInt8], from offset: Int) throws(InputFault) -> Int {
    try archive.read(into: &buffer, from: offset)
  }
}

/// Bytes that were read to find out what follows, and what follows.
final class HeadedSource: ByteSource {
  private var head: [UInt8]
  private let source: any ByteSource
  private let checkEnd: () throws(InputFault) -> Void

  init(
    _ head: [UInt8],
    _ source: any ByteSource,
    checkEnd: @escaping () throws(InputFault) -> Void
  ) {
    (self.head, self.source, self.checkEnd) = (head, source, checkEnd)
  }

  func read(into buffer: inout [UInt8], from offset: Int) throws(InputFault) -> Int {
    guard head.isEmpty else {
      let count = min(head.count, buffer.count - offset)
      buffer.replaceSubrange(offset..<offset + count, with: head[..<count])
      head.removeFirst(count)
      return count
    }
    let count = try source.read(into: &buffer, from: offset)
    if count == 0 { try checkEnd() }
    return count
  }
}
