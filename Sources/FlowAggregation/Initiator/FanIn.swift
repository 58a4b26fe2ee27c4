internal import FlowModel
internal import SpillableTable

/// An endpoint of TCP or UDP with its fan-in as a term (`FanInTerm`).
struct EndpointTerm<Address: FlowAddress>: Sendable {
  /// An empty entry: a term that no endpoint has.
  static var none: Self { Self(address: 0, port: 0, isUDP: false, term: 255) }

  var address: Address
  var port: UInt16
  var isUDP: Bool
  var term: UInt8

  @inline(__always) var isNone: Bool { term == 255 }

  var hash: UInt64 {
    EndpointRow(address: address, fanIn: 0, port: port, transport: isUDP ? .udp : .tcp).hash
  }

  @inline(__always)
  func isSameEndpoint(_ other: Self) -> Bool {
    address == other.address && port == other.port && isUDP == other.isUDP
  }
}

/// The fan-in of endpoints with two peers or more, or of the part that fits in memory.
///
/// A hash table in contiguous memory, two thirds full. A lookup touches a single cache line. Workers do not contend for
/// a reference count.
struct FanIn<Address: FlowAddress>: Sendable {
  private var places: [EndpointTerm<Address>] = []

  /// Bytes for a number of endpoints.
  static func bytes(_ endpoints: Int) -> Int {
    (endpoints + endpoints / 2) * MemoryLayout<EndpointTerm<Address>>.stride
  }

  /// No endpoints.
  init() {}

  /// The endpoints of all parts.
  init(_ parts: [[EndpointTerm<Address>]]) {
    let count = parts.reduce(0) { $0 + $1.count }
    places = Array(repeating: .none, count: count + count / 2 + 1)
    for endpoint in parts.joined() {
      var place = place(endpoint.hash)
      while !places[place].isNone { place = behind(place) }
      places[place] = endpoint
    }
  }

  /// Bytes in memory.
  var bytes: Int { places.count * MemoryLayout<EndpointTerm<Address>>.stride }

  @inline(__always)
  private func place(_ hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(places.count)).high)
  }

  @inline(__always)
  private func behind(_ place: Int) -> Int { place &+ 1 == places.count ? 0 : place &+ 1 }

  /// The term of an endpoint's distinct peers; that of one peer if there are no more, or if the endpoint is not in
  /// memory.
  ///
  /// - Complexity: constant on average.
  func callAsFunction(_ address: Address, _ port: UInt16, _ transport: TransportProtocol) -> UInt8 {
    guard places.count > 1, transport.hasPorts else { return 0 }
    let wanted = EndpointTerm(address: address, port: port, isUDP: transport == .udp, term: 0)
    var place = place(wanted.hash)
    while !places[place].isNone {
      if places[place].isSameEndpoint(wanted) { return places[place].term }
      place = behind(place)
    }
    return 0
  }
}

/// The weight of a number of peers for direction inference: the base-2 logarithm of the number + 1, in eighths beyond
/// the first eight, so that it fits a byte.
enum FanInTerm {
  /// 1 gives 0, 2^32 - 1 gives 248.
  static func of(_ fanIn: UInt32) -> UInt8 {
    UInt8(truncatingIfNeeded: Int(InitiatorRules.fanTerm(fanIn) * 8) - 8)
  }

  /// The logarithm.
  @inline(__always)
  static func weight(_ term: UInt8) -> Double { Double(Int(term) + 8) / 8 }
}

/// Collects the endpoints with two peers or more.
struct EndpointCollector<Address: FlowAddress>: RowAssembler {
  private(set) var endpoints: [EndpointTerm<Address>] = []
  private var last: EndpointRow<Address>?

  mutating func take(_ row: EndpointRow<Address>) {
    // Two rows of one endpoint only occur if sums overflow, which they cannot.
    finishPartition()
    last = row
  }

  mutating func finishPartition() {
    if let last, last.fanIn >= 2 {
      endpoints.append(
        EndpointTerm(
          address: last.address,
          port: last.port,
          isUDP: last.transport == .udp,
          term: FanInTerm.of(last.fanIn)
        )
      )
    }
    last = nil
  }
}
