internal import FlowAggregation
internal import FlowModel

/// Private addresses that hosts of several accounts have: to Weir they are one host each.
struct OverlappingRanges {
  private var accounts: [IPAddress: Set<String>] = [:]

  /// - Parameters:
  ///   - own: the local addresses.
  ///   - known: the accounts by interface number.
  init(_ own: LocalAddresses, _ known: [UInt32: String]) {
    for (number, account) in known where Int(number) < own.v4.count {
      for address in [own.v4[Int(number)], own.v6[Int(number)]]
      where address != RecordBatch.unspecified {
        accounts[address, default: []].insert(account)
      }
    }
    accounts = accounts.filter { $0.value.count > 1 }
  }

  /// What a reader must know; nil when no address is shared.
  var notice: String? {
    guard let first = accounts.keys.min(), let owners = accounts[first]?.sorted() else {
      return nil
    }
    let others = accounts.count > 1 ? " and \(accounts.count - 1) more addresses" : ""
    return
      "\(first)\(others) belong to interfaces of several accounts (\(owners.prefix(3).joined(separator: ", "))): each address is treated as one host; analyze the accounts separately to distinguish them"
  }
}
