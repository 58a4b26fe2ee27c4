internal import FlowAggregation
internal import FlowDetection
internal import FlowModel

/// The interfaces of a log, with their local addresses.
struct LogInterfaces {
  /// By id.
  let all: [NetworkContext.Interface]

  init(_ registry: InterfaceRegistry, _ own: LocalAddresses) {
    all = registry.names.enumerated().dropFirst().map { number, id in
      NetworkContext.Interface(id: id, address: Self.address(number, own))
    }.sorted { $0.id < $1.id }
  }

  private static func address(_ number: Int, _ own: LocalAddresses) -> IPAddress? {
    guard number < own.v4.count else { return nil }
    return [own.v4[number], own.v6[number]].first { $0 != RecordBatch.unspecified }
  }
}
