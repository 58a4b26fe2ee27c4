package import FlowModel

/// The addresses of AWS services that records name in `pkt-dst-aws-service`.
///
/// Services on which customers run their own software are left out: `EC2`, and `AMAZON`, which says no more than that
/// the address belongs to AWS.
package struct ServiceAddresses: Sendable {
  /// The service by address.
  package private(set) var services: [IPAddress: String] = [:]
  /// Above any real number; the smallest addresses are kept, so that the order of records has no effect.
  private static let most = 1 << 16
  private static let general = ["AMAZON", "EC2"]

  /// The last address of each code, which repeats in most records.
  private var last: [IPAddress] = []

  init() {}

  /// Adds the records of a batch.
  mutating func add(_ batch: borrowing RecordBatch) {
    guard batch.projection.contains(.pktDstAwsService), !batch.absent.contains(.pktDstAwsService)
    else { return }
    let column = batch.texts(.pktDstAwsService)
    guard column.codeCount > 1 else { return }
    last = [IPAddress](repeating: RecordBatch.unspecified, count: column.codeCount)
    let hasPacketEnds = batch.hasPacketEnds
    batch.forEachTraffic { row in
      let code = column.codes[row]
      guard code != 0 else { return }
      let isOther = hasPacketEnds && batch.packetDestination[row] != RecordBatch.unspecified
      let address = isOther ? batch.packetDestination[row] : batch.destination[row]
      guard last[Int(code)] != address else { return }
      last[Int(code)] = address
      note(address, column.text(code) ?? "")
    }
  }

  private mutating func note(_ address: IPAddress, _ service: String) {
    guard address != RecordBatch.unspecified, Self.isName(service) else { return }
    services[address] = services[address].map { min($0, service) } ?? service
    if services.count >= 2 * Self.most { trim() }
  }

  /// Whether it is a name as AWS writes it, of a service that is no customer's.
  private static func isName(_ service: String) -> Bool {
    service.utf8.count <= 40 && !general.contains(service)
      && service.utf8.allSatisfy {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
          || $0 == UInt8(ascii: "_")
      }
  }

  /// Adds those of another worker.
  mutating func merge(_ other: ServiceAddresses) {
    services.merge(other.services) { min($0, $1) }
    if services.count > Self.most { trim() }
  }

  private mutating func trim() {
    let kept = services.sorted { $0.key < $1.key }.prefix(Self.most)
    services = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
  }
}
