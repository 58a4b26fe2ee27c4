package import SystemFiles

/// One input as blocks of whole lines.
///
/// Invariants: every block handed out ends with a line feed; a line longer than `longestLine` is handed out whole, or
/// as its first `longestLine + 1` bytes where it does not fit a block, so that the parser rejects and counts it; memory
/// does not depend on the input.
package final class LogStream {
  /// Lines above this many bytes are no records: the longest possible record has about 18 KiB.
  package static let longestLine = 65_536
  /// How many bytes are inflated at a time.
  package static let blockSize = 262_144

  /// The path that messages show; `-` for standard input.
  package let path: String
  /// The layers found; settled after `open`.
  package private(set) var form = InputForm.text
  /// What broke the input off, if anything did; known when `nextBlock` gave nil.
  package private(set) var fault: InputFault?
  /// Whether the damage cut a line, whose beginning was dropped.
  package private(set) var lostPartialLine = false
  /// Inflated bytes handed out so far.
  package private(set) var bytes = 0
  /// Bytes read from the file or pipe so far.
  package var compressedBytes: Int { file.bytesRead - bytesBefore }
  /// Why the copy of the input is not whole; nil while it is, and without one.
  package var copyFault: String? { file.copyFault }

  let file: FileSource
  /// Bytes of the file that lie before a file in an archive.
  let bytesBefore: Int
  private(set) var source: (any ByteSource)?
  private(set) var layers: [GzipReader] = []
  private(set) var head: [UInt8] = []
  /// Damage that was met while the head was filled; met again behind it.
  private(set) var faultBehindHead: InputFault?
  /// Whether bytes are handed out as they come instead of whole lines.
  package var handsOutPieces = false
  private var carry: [UInt8] = []
  private var isSkippingLongLine = false
  var isDone = false

  private init(_ file: FileSource, path: String? = nil) {
    self.file = file
    self.path = path ?? file.path
    bytesBefore = file.bytesRead
  }

  /// Opens a file and finds out what it is.
  ///
  /// - Parameters:
  ///   - file: an open file or pipe.
  ///   - inflater: the library that inflates.
  ///   - copy: takes a copy of every byte read, for inputs that can be read only once.
  /// - Returns: the stream; damage at its very beginning is its `fault`.
  /// - Throws: `InputError` when the content is a form that Weir cannot read.
  package static func open(
    _ file: OpenFile,
    inflater: InflaterKind = .fastest,
    copy: OpenFile? = nil
  ) throws(InputError) -> LogStream {
    let source = FileSource(file, copy: copy)
    return try LogStream(source).opened(source, inflater)
  }

  /// Opens a file in an archive.
  ///
  /// - Throws: `InputError` when the content is a form that Weir cannot read.
  static func open(
    member: some ByteSource,
    of archive: LogStream,
    path: String,
    inflater: InflaterKind
  ) throws(InputError) -> LogStream {
    try LogStream(archive.file, path: path).opened(member, inflater)
  }

  private func opened(
    _ base: some ByteSource,
    _ inflater: InflaterKind
  ) throws(InputError) -> LogStream {
    do throws(InputFault) {
      try settleLayers(base, inflater)
    } catch {
      (fault, isDone) = (error, true)
    }
    if let words = unsupported { throw InputError(path: path, reason: "is \(words)") }
    return self
  }

  /// Whether a layer is zstd; those of gzip stand in `layers`.
  private(set) var isInZstd = false
  private var unsupported: String?

  /// Peels at most two layers of compression; a third one is handed out as the bytes it is.
  private func settleLayers(
    _ base: some ByteSource,
    _ inflater: InflaterKind
  ) throws(InputFault) {
    var current: any ByteSource = base
    for layer in 0...2 {
      var first = [UInt8](repeating: 0, count: 65_536)
      var count = 0
      while count < 4 {
        let more = try current.read(into: &first, from: count)
        if more == 0 { break }
        count += more
      }
      head = Array(first[..<count])
      source = current
      switch Magic(head[...]) {
      case .gzip where layer < 2:
        let reader = GzipReader(current, head: head, inflater: inflater.makeInflater())
        layers.append(reader)
        form = layer == 0 ? .gzip : form == .zstd ? .zstd : .gzipInGzip
        head = []
        (current, source) = (reader, reader)
      #if Zstd
      case .zstd where layer < 2:
        let reader = ZstdReader(current, head: head)
        isInZstd = true
        if layer == 0 { form = .zstd }
        head = []
        (current, source) = (reader, reader)
      #endif
      case .unsupported(let words):
        unsupported = words
        return
      case .parquet:
        form = .parquet
        return
      default: return
      }
    }
  }

  /// Whether `beginning` gave all of the text.
  package private(set) var isWholeBeginning = false

  /// The first bytes of the text, which `nextBlock` will give again.
  ///
  /// A pipe that stays open gives what it has, so that its lines can be read as they come.
  ///
  /// - Parameters:
  ///   - count: the most bytes.
  ///   - isEnough: whether less suffices.
  /// - Returns: so many bytes; fewer where there are no more, or where they suffice.
  package func beginning(
    _ count: Int,
    isEnough: (Span<UInt8>) -> Bool = { _ in false }
  ) -> [UInt8] {
    guard !isDone, let source else { return head }
    var filled = head.count
    if head.count < count { head += [UInt8](repeating: 0, count: count - head.count) }
    do throws(InputFault) {
      while filled < count, !isEnough(head.span.extracting(0..<filled)) {
        let more = try source.read(into: &head, from: filled)
        isWholeBeginning = more == 0
        if more == 0 { break }
        filled += more
      }
    } catch {
      faultBehindHead = error
    }
    head.removeLast(head.count - max(filled, 0))
    return head
  }

  /// Fills the buffer with the next bytes, whatever they are.
  private func nextPiece(into buffer: inout [UInt8]) -> Int? {
    if buffer.count < Self.blockSize {
      buffer += [UInt8](repeating: 0, count: Self.blockSize - buffer.count)
    }
    guard !isDone else { return nil }
    do throws(InputFault) {
      let count = try fill(&buffer, from: 0)
      if count > 0 {
        bytes += count
        return count
      }
      for layer in layers { try layer.checkEnd() }
    } catch {
      fault = error
    }
    isDone = true
    return nil
  }

  /// Fills the buffer with the next whole lines.
  ///
  /// - Parameter buffer: reused from call to call; grows to about 320 KiB.
  /// - Returns: how many bytes of the buffer are lines; nil at the end.
  package func nextBlock(into buffer: inout [UInt8]) -> Int? {
    if handsOutPieces { return nextPiece(into: &buffer) }
    let wanted = Self.blockSize + Self.longestLine + 2
    if buffer.count < wanted {
      buffer += [UInt8](repeating: 0, count: wanted - buffer.count)
    }
    while !isDone {
      var count = takeCarry(into: &buffer)
      do throws(InputFault) {
        let more = try fill(&buffer, from: count)
        if more == 0 {
          for layer in layers { try layer.checkEnd() }
          isDone = true
          return finish(&buffer, count)
        }
        count += more
      } catch {
        (fault, isDone) = (error, true)
        // Of a line that is too long the beginning was handed out.
        lostPartialLine = count > 0
        return nil
      }
      if let end = cutAtLineEnd(&buffer, count) {
        bytes += end
        return end
      }
    }
    return nil
  }

  private func takeCarry(into buffer: inout [UInt8]) -> Int {
    for index in carry.indices { buffer[index] = carry[index] }
    defer { carry.removeAll(keepingCapacity: true) }
    return carry.count
  }

  private func fill(_ buffer: inout [UInt8], from offset: Int) throws(InputFault) -> Int {
    if !head.isEmpty {
      buffer.replaceSubrange(offset..<offset + head.count, with: head)
      defer { head = [] }
      return head.count
    }
    if let faultBehindHead { throw faultBehindHead }
    return try source?.read(into: &buffer, from: offset) ?? 0
  }

  /// The last line of an input may lack its line feed.
  private func finish(_ buffer: inout [UInt8], _ count: Int) -> Int? {
    guard count > 0, !isSkippingLongLine else { return nil }
    buffer[count] = UInt8(ascii: "\n")
    bytes += count
    return count + 1
  }

  /// Carries what follows the last line feed; drops the rest of a line that is too long to be one.
  private func cutAtLineEnd(_ buffer: inout [UInt8], _ count: Int) -> Int? {
    var start = 0
    if isSkippingLongLine {
      guard let end = buffer[..<count].firstIndex(of: UInt8(ascii: "\n")) else {
        bytes += count
        return nil
      }
      isSkippingLongLine = false
      start = end + 1
      bytes += start
      for index in start..<count { buffer[index - start] = buffer[index] }
    }
    let count = count - start
    let end = buffer[..<count].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let rest = count - end
    // One byte more is carried, so that there is always room for the line feed.
    if rest > Self.longestLine + 1 {
      isSkippingLongLine = true
      bytes += rest - Self.longestLine - 2
      buffer[end + Self.longestLine + 1] = UInt8(ascii: "\n")
      return end + Self.longestLine + 2
    }
    carry.append(contentsOf: buffer[end..<count])
    return end > 0 ? end : nil
  }
}
