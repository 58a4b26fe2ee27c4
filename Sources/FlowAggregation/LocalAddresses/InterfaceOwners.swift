package import FlowModel

/// The owner accounts of interfaces, from the columns `account-id` and `interface-id`.
package struct InterfaceOwners: Sendable, Equatable {
  /// The account by interface number, which has twelve digits; 0 if unknown.
  private var numbers: [UInt64] = []

  /// No owners.
  package init() {}

  /// Adds the owners of a batch's interfaces.
  ///
  /// An interface has one owner. If a log contains several, the smallest account is kept, independent of the order.
  package mutating func add(_ batch: borrowing RecordBatch) {
    guard !batch.absent.contains(.accountId), !batch.absent.contains(.interfaceId) else { return }
    let column = batch.texts(.accountId)
    let accounts = (0..<column.codeCount).map { Self.number(column.utf8(UInt32($0))) }
    let (codes, interfaces) = (column.codes.span, batch.interface.span)
    for place in 0..<batch.selection.count {
      let row = batch.selection[place]
      note(accounts[Int(codes[row])], of: Int(interfaces[row]))
    }
  }

  /// Adds the owners of another worker.
  package mutating func merge(_ other: InterfaceOwners) {
    for (interface, account) in other.numbers.enumerated() { note(account, of: interface) }
  }

  /// The known accounts by interface number.
  package var accounts: [UInt32: String] {
    var accounts: [UInt32: String] = [:]
    for (interface, number) in numbers.enumerated() where number != 0 && interface != 0 {
      let digits = String(number)
      let zeros = String(repeating: "0", count: Self.digits - digits.count)
      accounts[UInt32(interface)] = zeros + digits
    }
    return accounts
  }

  private static let digits = 12

  @inline(__always)
  private mutating func note(_ account: UInt64, of interface: Int) {
    guard account != 0 else { return }
    if interface >= numbers.count {
      numbers += [UInt64](repeating: 0, count: interface + 1 - numbers.count)
    }
    let known = numbers[interface]
    if known == 0 || account < known { numbers[interface] = account }
  }

  /// 0 for an invalid account.
  private static func number(_ text: ArraySlice<UInt8>) -> UInt64 {
    guard text.count == digits, text.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    else { return 0 }
    return text.reduce(0) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
  }
}
