internal import FlowModel
internal import SpillableTable

/// External traffic of an internal host in one hour.
struct HourRow<Address: FlowAddress>: SpillableRow {
  private var pad = Address.pad
  var bytesOut: UInt64
  var bytesIn: UInt64
  /// Conversations that the host initiated in this hour.
  var conversations: UInt32
  /// Hours since 1970.
  var hour: UInt32
  private var lowHalf = Address.lowHalf
  var host: Address

  static var table: TableKey<Self> { TableKey(kind: 7 | Address.kinds) }

  /// All hours of a host are adjacent.
  @inline(__always) static var shape: RowShape {
    RowShape(Self.self, keyWords: Address.words + 1, groupWords: Address.words)
  }

  init(host: Address, bytesOut: UInt64, bytesIn: UInt64, hour: UInt32, conversations: UInt32) {
    (self.host, self.hour, self.conversations) = (host, hour, conversations)
    (self.bytesOut, self.bytesIn) = (bytesOut, bytesIn)
  }

  @inline(__always)
  mutating func absorb(_ other: Self) -> Bool {
    guard host == other.host, hour == other.hour else { return false }
    bytesOut +|= other.bytesOut
    bytesIn +|= other.bytesIn
    let (sum, overflowed) = conversations.addingReportingOverflow(other.conversations)
    conversations = overflowed ? .max : sum
    return true
  }
}
