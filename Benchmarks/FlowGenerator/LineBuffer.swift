internal import FlowModel

/// Text of log lines as bytes; nothing here makes a `String` per record.
struct LineBuffer {
  private static let zero = UInt8(ascii: "0")
  private static let mostDigits = 20

  /// The text so far.
  private(set) var bytes: [UInt8] = []
  private var digits = [UInt8](repeating: 0, count: mostDigits)

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
  }

  /// Forgets the text and keeps its memory.
  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func space() {
    bytes.append(UInt8(ascii: " "))
  }

  mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
  }

  mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  mutating func append(_ text: [UInt8]) {
    bytes.append(contentsOf: text)
  }

  /// A number and the blank behind it.
  mutating func field(_ number: Int) {
    append(number)
    space()
  }

  /// An address and the blank behind it.
  mutating func field(_ address: IPAddress) {
    if address.isV4 {
      append(v4: address.v4)
    } else {
      bytes.append(contentsOf: address.description.utf8)
    }
    space()
  }

  /// A number that is not negative.
  mutating func append(_ number: Int) {
    var rest = number
    var first = Self.mostDigits
    repeat {
      first -= 1
      let (tens, ones) = rest.quotientAndRemainder(dividingBy: 10)
      digits[first] = Self.zero + UInt8(truncatingIfNeeded: ones)
      rest = tens
    } while rest > 0
    bytes.append(contentsOf: digits[first...])
  }

  private mutating func append(v4 bits: UInt32) {
    append(octet: UInt8(truncatingIfNeeded: bits >> 24))
    for shift in [16 as UInt32, 8, 0] {
      bytes.append(UInt8(ascii: "."))
      append(octet: UInt8(truncatingIfNeeded: bits >> shift))
    }
  }

  private mutating func append(octet: UInt8) {
    if octet >= 100 { bytes.append(Self.zero + octet / 100) }
    if octet >= 10 { bytes.append(Self.zero + octet / 10 % 10) }
    bytes.append(Self.zero + octet % 10)
  }
}
