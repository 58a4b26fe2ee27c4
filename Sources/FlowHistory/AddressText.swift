internal import FlowModel

/// Addresses from the text of the tables; neighbouring rows often hold the same one.
struct AddressReader {
  private var lastText = ""
  private var last: IPAddress?

  /// The address that a text stands for; nil for anything else.
  mutating func address(_ text: String) -> IPAddress? {
    if last == nil || text != lastText {
      last = IPAddress(bytes: Array(text.utf8).span)
      lastText = text
    }
    return last
  }

  /// The network that a text such as `192.0.2.0/24` stands for; nil for anything else.
  ///
  /// `IPNetwork`'s own reader takes any kind of string, at a price that matters for half a million rows.
  static func network(_ text: String) -> IPNetwork? {
    let bytes = Array(text.utf8)
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")), 2...4 ~= bytes.count - slash else {
      return nil
    }
    var length = 0
    for byte in bytes[(slash + 1)...] {
      guard 48...57 ~= byte else { return nil }
      length = length * 10 + Int(byte - 48)
    }
    guard let base = IPAddress(bytes: bytes.span.extracting(0..<slash)) else { return nil }
    return IPNetwork(base, prefixLength: length)
  }
}

/// Addresses as the text of the tables; neighbouring rows often hold the same one.
struct AddressWriter {
  private var last: IPAddress?
  private var lastText = ""

  /// The canonical text.
  mutating func text(_ address: IPAddress) -> String {
    if address != last { (last, lastText) = (address, address.description) }
    return lastText
  }
}

extension String {
  /// The text as a table takes it: GRDB hands strings to SQLite up to their first NUL.
  var storable: String {
    utf8.contains(0) ? replacing("\0", with: "␀") : self
  }
}
