/// Which library inflates.
package enum InflaterKind: String, CaseIterable, Sendable {
  /// Intel's ISA-L, the fast path.
  case isal
  /// zlib, the portable path.
  case zlib

  /// The fastest one that this build holds.
  package static var fastest: InflaterKind {
    #if ISAL
    .isal
    #else
    .zlib
    #endif
  }

  /// Whether this build holds the library.
  package var isAvailable: Bool { self == .zlib || Self.fastest == .isal }

  /// Makes an inflater; zlib where this build holds no ISA-L.
  func makeInflater() -> any Inflater {
    #if ISAL
    if self == .isal { return ISALInflater() }
    #endif
    return ZlibInflater()
  }
}

/// What is wrong with a compressed stream.
package enum GzipFault: String, Sendable {
  /// The input ends inside a member.
  case truncated
  /// A block, code or distance that no compressor writes.
  case corrupt
  /// The CRC or the length of a member is not that of its bytes.
  case checksumMismatch = "checksum mismatch"
  /// Bytes that are neither a gzip member nor zero padding follow a member.
  case trailingGarbage = "trailing garbage"
}

/// What one call of an inflater did.
struct InflateStep {
  /// Bytes taken from the input.
  var consumed: Int
  /// Bytes written to the output.
  var produced: Int
  /// Whether the member ended, its CRC and length found right.
  var memberEnded: Bool
  /// What is wrong, if anything; the bytes produced are good all the same.
  var fault: GzipFault?
}

/// Inflates gzip members one after the other.
///
/// One inflater serves one stream. `inflate` takes what is there and makes what fits; both libraries give the
/// same bytes, the same ends of members and the same kinds of fault for the same input.
protocol Inflater: AnyObject {
  /// Makes ready for the next member.
  func beginMember()
  /// Inflates from `input` from `offset` on to `output` from `position` on.
  func inflate(
    _ input: borrowing [UInt8],
    _ available: Range<Int>,
    into output: inout [UInt8],
    at position: Int
  ) -> InflateStep
}
