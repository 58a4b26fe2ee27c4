package import FlowModel

/// The local addresses of all interfaces of a run.
package struct LocalAddresses: Sendable {
  /// The local IPv4 address by interface number; `unspecified` if unknown.
  package private(set) var v4: [IPAddress] = []
  /// The local IPv6 address by interface number; `unspecified` if unknown.
  package private(set) var v6: [IPAddress] = []
  /// Every local address once.
  package private(set) var all: Set<IPAddress> = []
  /// The interfaces whose address other interfaces have at the same time, by number.
  private(set) var sharing: Set<UInt32> = []

  /// No interfaces.
  package init() {}

  /// Whether the address is a local address of the interface.
  func has(_ address: IPAddress, interface: UInt32) -> Bool {
    let index = Int(interface)
    return index < v4.count && (v4[index] == address || v6[index] == address)
  }

  /// The same addresses, those that hosts of several owners have with the owners of their interfaces.
  package func marked(_ owners: HostOwners) -> LocalAddresses {
    var marked = self
    for interface in v4.indices {
      marked.v4[interface] = owners.host(v4[interface], interface: UInt32(interface))
    }
    marked.collect()
    return marked
  }

  /// The same addresses without owners.
  package var plain: LocalAddresses {
    var plain = self
    plain.v4 = v4.map(\.plain)
    plain.collect()
    return plain
  }

  private mutating func collect() {
    all = Set((v4 + v6).filter { $0 != RecordBatch.unspecified })
  }

  /// Notes the interfaces whose address other interfaces have at the same time.
  mutating func share(_ interfaces: Set<UInt32>) { sharing = interfaces }

  /// Forgets the local IPv4 addresses of interfaces.
  mutating func remove(v4OfInterfaces interfaces: [UInt32]) {
    guard !interfaces.isEmpty else { return }
    for interface in interfaces { v4[Int(interface)] = RecordBatch.unspecified }
    collect()
  }

  mutating func set(_ address: IPAddress?, interface: Int) {
    while v4.count <= interface {
      v4.append(RecordBatch.unspecified)
      v6.append(RecordBatch.unspecified)
    }
    guard let address else { return }
    if address.isV4 { v4[interface] = address } else { v6[interface] = address }
    all.insert(address)
  }
}
