internal import CRecordParser
import FlowModel

/// One parser's own copy of the interface numbers, so that the shared registry is asked once per interface.
///
/// The parser in C looks ids up in the same entries. An id of up to 24 bytes is kept here; anything longer goes to the
/// registry every time.
struct InterfaceTable {
  private let registry: InterfaceRegistry
  /// Open addressing, at most half full; as many places as a power of two.
  private(set) var entries = [weir_interface_entry](repeating: weir_interface_entry(), count: 1024)
  private var count = 0

  static let longestId = 64

  init(registry: InterfaceRegistry) {
    self.registry = registry
  }

  /// The number of the interface whose id begins at the position, which moves behind it; nil where `-` stands.
  ///
  /// Past the registry's limit, and for what is too long to be an id, it is 0.
  mutating func number(_ bytes: Span<UInt8>, _ position: inout Int) -> UInt32? {
    let start = position
    FieldScanner.skip(bytes, &position)
    if position - start == 1, bytes[start] == UInt8(ascii: "-") { return nil }
    guard position - start <= Self.longestId, position > start else { return 0 }
    let id = (start..<position).map { bytes[$0] }
    let number = registry.number(String(decoding: id, as: UTF8.self))
    if number != 0 { insert(id, number) }
    return number
  }

  private mutating func insert(_ id: [UInt8], _ number: UInt32) {
    var entry = weir_interface_entry()
    guard unsafe weir_interface_make_entry(id, id.count, number, &entry) else { return }
    if (count + 1) * 2 > entries.count { grow() }
    if Self.add(entry, to: &entries) { count += 1 }
  }

  private static func add(
    _ entry: weir_interface_entry,
    to entries: inout [weir_interface_entry]
  ) -> Bool {
    var entry = entry
    return unsafe weir_interface_add(&entries, entries.count, &entry)
  }

  private mutating func grow() {
    let old = entries
    entries = [weir_interface_entry](repeating: weir_interface_entry(), count: old.count * 2)
    count = 0
    for entry in old where entry.length != 0 && Self.add(entry, to: &entries) { count += 1 }
  }
}
