internal import FlowModel

/// The latest TCP connections of a series that can still be open.
///
/// A connection without packets for longer than the pause between conversations becomes several conversations. Its
/// client port shows that it is one: push services keep one connection and send a packet every some minutes.
struct OpenConnections<Address: FlowAddress> {
  /// One connection with its conversations so far.
  struct Connection {
    fileprivate var port: UInt32
    fileprivate var first: UInt32
    fileprivate var last: UInt32
    private(set) var bytesOut: UInt64
    private(set) var bytesIn: UInt64
    /// Whether the latest conversation continues an earlier one.
    private(set) var isContinued = false

    init(_ row: ConnectionRow<Address>) {
      (port, first, last) = (row.clientPort, row.first, max(row.first, row.last))
      (bytesOut, bytesIn) = (row.clientBytes, row.serverBytes)
    }

    /// In seconds.
    var duration: UInt32 { last - first }

    fileprivate mutating func add(_ row: ConnectionRow<Address>) {
      last = max(last, row.first, row.last)
      bytesOut +|= row.clientBytes
      bytesIn +|= row.serverBytes
      isContinued = true
    }
  }

  /// A client can have several connections at once.
  private static var limit: Int { 8 }
  /// The longest pause of an open connection, in seconds: TCP sends keep-alives after two hours.
  private static var longestPause: UInt32 { 7800 }

  private var latest: [Connection] = []

  /// Adds a conversation, by start.
  ///
  /// - Returns: its connection.
  mutating func note(_ row: ConnectionRow<Address>) -> Connection {
    guard row.rowService.transport == .tcp, row.isAnswered, !row.isRefused else {
      return Connection(row)
    }
    if let place = latest.lastIndex(where: { $0.port == row.clientPort }) {
      var connection = latest.remove(at: place)
      if UInt64(row.first) <= UInt64(connection.last) + UInt64(Self.longestPause) {
        connection.add(row)
        latest.append(connection)
        return connection
      }
    }
    latest.append(Connection(row))
    if latest.count > Self.limit { latest.removeFirst() }
    return Connection(row)
  }

  /// Starts the next series.
  mutating func clear() { latest.removeAll(keepingCapacity: true) }
}
