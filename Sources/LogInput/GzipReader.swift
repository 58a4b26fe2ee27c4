/// Where bytes come from: a file, a pipe, or the output of another layer.
protocol ByteSource: AnyObject {
  /// Reads what is there into the buffer from `offset` on.
  ///
  /// - Returns: how many bytes; 0 only at the end.
  /// - Throws: `InputFault` when the source breaks off.
  func read(into buffer: inout [UInt8], from offset: Int) throws(InputFault) -> Int
}

/// Damage that ends an input early; what came before it was delivered.
package struct InputFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, in words.
  package let reason: String
  /// Compressed bytes read before the damage was seen, counted from the start of the file.
  package let offset: Int

  /// `truncated at byte 8192 of the compressed stream`.
  package var description: String { "\(reason) at byte \(offset)" }
}

/// Inflates concatenated gzip members, skips zero padding between them, and says where a stream breaks off.
///
/// Constant memory: one input buffer of 128 KiB and the library's window, whatever the ratio.
final class GzipReader: ByteSource {
  private enum State { case betweenMembers, inMember, ended }

  private let source: any ByteSource
  private let inflater: any Inflater
  private var input: [UInt8]
  private var position = 0
  private var available: Int
  /// Bytes of the compressed stream that lie before the input buffer.
  private var consumedBefore = 0
  private var state = State.betweenMembers
  private var members = 0
  /// Both libraries may hold finished bytes back when the output is full, with all input consumed.
  private var outputWasFull = false

  /// Reads from `source`, of which `head` was already read to find out what it is.
  init(_ source: any ByteSource, head: [UInt8], inflater: any Inflater) {
    self.source = source
    self.inflater = inflater
    input = head
    available = head.count
    if input.count < 131_072 {
      input += [UInt8](repeating: 0, count: 131_072 - input.count)
    }
  }

  func read(into buffer: inout [UInt8], from offset: Int) throws(InputFault) -> Int {
    while true {
      switch state {
      case .ended: return 0
      case .betweenMembers: try findMember()
      case .inMember:
        let produced = try inflateMember(into: &buffer, at: offset)
        if produced > 0 { return produced }
      }
    }
  }

  private func inflateMember(into buffer: inout [UInt8], at offset: Int) throws(InputFault) -> Int {
    if position == available, !outputWasFull, try !refill() { throw fault(.truncated) }
    let step = inflater.inflate(input, position..<available, into: &buffer, at: offset)
    position += step.consumed
    outputWasFull = offset + step.produced == buffer.count
    if step.memberEnded { state = .betweenMembers }
    if let damage = step.fault {
      // Good bytes that were made before the damage are delivered first; the next call meets it again.
      guard step.produced > 0 else { throw fault(damage) }
      pending = damage
      state = .ended
      return step.produced
    }
    return step.produced
  }

  private var pending: GzipFault?

  /// The damage that ended the stream after its last good bytes.
  func checkEnd() throws(InputFault) {
    if let pending { throw fault(pending) }
  }

  /// Finds the next member, or the end, after an old one; zero bytes in between are padding.
  private func findMember() throws(InputFault) {
    if members > 0 {
      while true {
        if position == available, try !refill() {
          state = .ended
          return
        }
        guard input[position] == 0 else { break }
        position += 1
      }
    }
    while available - position < 4, try topUp() {}
    guard available - position >= 2, input[position] == 0x1f, input[position + 1] == 0x8b else {
      let isCutMark = available - position == 1 && input[position] == 0x1f
      if isCutMark { position = available }
      throw fault(isCutMark ? .truncated : .trailingGarbage)
    }
    // RFC 1952 has readers refuse what these flags will mean one day; only one of the libraries does.
    if available - position >= 4, input[position + 3] & 0xe0 != 0 { throw fault(.corrupt) }
    inflater.beginMember()
    members += 1
    state = .inMember
  }

  private func refill() throws(InputFault) -> Bool {
    consumedBefore += available
    (position, available) = (0, 0)
    available = try source.read(into: &input, from: 0)
    return available > 0
  }

  /// Brings the last few bytes to the front and reads what follows them.
  private func topUp() throws(InputFault) -> Bool {
    let rest = Array(input[position..<available])
    consumedBefore += position
    for (index, byte) in rest.enumerated() { input[index] = byte }
    position = 0
    let more = try source.read(into: &input, from: rest.count)
    available = rest.count + more
    return more > 0
  }

  private func fault(_ kind: GzipFault) -> InputFault {
    InputFault(reason: "gzip stream \(kind.rawValue)", offset: consumedBefore + position)
  }
}
