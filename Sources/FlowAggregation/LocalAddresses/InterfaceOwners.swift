package import FlowModel

/// What interfaces belong to, from the columns `account-id`, `vpc-id`, `subnet-id` and `instance-id` beside
/// `interface-id`.
package struct InterfaceOwners: Sendable, Equatable {
  /// One owner of each interface.
  ///
  /// If a log contains several, the smallest is kept, independent of the order.
  private struct Column: Equatable {
    /// By interface number; 0 if unknown.
    private(set) var numbers: [UInt128] = []

    mutating func add(
      _ batch: borrowing RecordBatch,
      _ field: FieldName,
      _ number: (ArraySlice<UInt8>) -> UInt128
    ) {
      guard batch.projection.contains(field), !batch.absent.contains(field),
        !batch.absent.contains(.interfaceId)
      else { return }
      let column = batch.texts(field)
      let owners = (0..<column.codeCount).map { number(column.utf8(UInt32($0))) }
      let (codes, interfaces) = (column.codes.span, batch.interface.span)
      for place in 0..<batch.selection.count {
        let row = batch.selection[place]
        note(owners[Int(codes[row])], of: Int(interfaces[row]))
      }
    }

    mutating func merge(_ other: Column) {
      for (interface, number) in other.numbers.enumerated() { note(number, of: interface) }
    }

    @inline(__always)
    private mutating func note(_ number: UInt128, of interface: Int) {
      guard number != 0 else { return }
      if interface >= numbers.count {
        numbers += [UInt128](repeating: 0, count: interface + 1 - numbers.count)
      }
      let known = numbers[interface]
      if known == 0 || number < known { numbers[interface] = number }
    }

    /// The texts of the known owners by interface number.
    func texts(_ text: (UInt128) -> String) -> [UInt32: String] {
      var texts: [UInt32: String] = [:]
      for (interface, number) in numbers.enumerated() where number != 0 && interface != 0 {
        texts[UInt32(interface)] = text(number)
      }
      return texts
    }
  }

  private var accountNumbers = Column()
  private var vpcNumbers = Column()
  private var subnetNumbers = Column()
  private var instanceNumbers = Column()

  /// No owners.
  package init() {}

  /// Adds the owners of a batch's interfaces.
  package mutating func add(_ batch: borrowing RecordBatch) {
    accountNumbers.add(batch, .accountId, Self.account)
    vpcNumbers.add(batch, .vpcId) { Self.resource($0, "vpc-") }
    subnetNumbers.add(batch, .subnetId) { Self.resource($0, "subnet-") }
    instanceNumbers.add(batch, .instanceId) { Self.resource($0, "i-") }
  }

  /// Adds the owners of another worker.
  package mutating func merge(_ other: InterfaceOwners) {
    accountNumbers.merge(other.accountNumbers)
    vpcNumbers.merge(other.vpcNumbers)
    subnetNumbers.merge(other.subnetNumbers)
    instanceNumbers.merge(other.instanceNumbers)
  }

  /// The known accounts by interface number.
  package var accounts: [UInt32: String] {
    accountNumbers.texts { Self.padded(String($0), Self.digits) }
  }

  /// The known VPCs by interface number.
  package var vpcs: [UInt32: String] { vpcNumbers.texts { Self.id($0, "vpc-") } }

  /// The known subnets by interface number.
  package var subnets: [UInt32: String] { subnetNumbers.texts { Self.id($0, "subnet-") } }

  /// The known instances by interface number.
  package var instances: [UInt32: String] { instanceNumbers.texts { Self.id($0, "i-") } }

  private static func id(_ number: UInt128, _ prefix: String) -> String {
    prefix + padded(String(number >> 8, radix: 16), Int(number & 0xff))
  }

  private static let digits = 12

  private static func padded(_ digits: String, _ count: Int) -> String {
    String(repeating: "0", count: max(0, count - digits.count)) + digits
  }

  /// 0 for an invalid account.
  private static func account(_ text: ArraySlice<UInt8>) -> UInt128 {
    guard text.count == digits, text.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    else { return 0 }
    return text.reduce(0) { $0 * 10 + UInt128($1 - UInt8(ascii: "0")) }
  }

  /// The number of an id's digits, and above the lowest byte their value; 0 for an invalid id.
  private static func resource(_ text: ArraySlice<UInt8>, _ prefix: String) -> UInt128 {
    let digits = text.dropFirst(prefix.utf8.count)
    guard text.starts(with: prefix.utf8), 1...24 ~= digits.count else { return 0 }
    var value: UInt128 = 0
    for byte in digits {
      guard let digit = digit(byte) else { return 0 }
      value = value << 4 | UInt128(digit)
    }
    return value << 8 | UInt128(digits.count)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
