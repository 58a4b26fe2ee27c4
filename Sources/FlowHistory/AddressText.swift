internal import FlowFindings
internal import FlowModel

/// Addresses from the text of the tables; neighboring rows often hold the same one.
struct AddressReader {
  private var lastText = ""
  private var last: IPAddress?

  /// The address that a text stands for; nil for anything else.
  mutating func address(_ text: String) -> IPAddress? {
    if last == nil || text != lastText {
      last = IPAddress(keyText: Array(text.utf8).span)
      lastText = text
    }
    return last
  }
}

/// Addresses as the text of the tables; neighboring rows often hold the same one.
struct AddressWriter {
  private var last: IPAddress?
  private var lastText = ""

  /// The canonical text; another one for hosts that have the same address.
  mutating func text(_ address: IPAddress) -> String {
    if address != last { (last, lastText) = (address, address.keyText) }
    return lastText
  }
}

extension String {
  /// The text as a table takes it: GRDB hands strings to SQLite up to their first NUL.
  var storable: String {
    utf8.contains(0) ? replacing("\0", with: "␀") : self
  }
}
