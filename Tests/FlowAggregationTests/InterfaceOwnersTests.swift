import FlowModel
import Testing

@testable import FlowAggregation

@Suite("Owners of interfaces")
struct InterfaceOwnersTests {
  private static func owners(_ rows: [(interface: UInt32, account: String)]) -> InterfaceOwners {
    var batch = RecordBatch([.accountId, .interfaceId, .logStatus])
    var column = TextColumn()
    for (row, record) in rows.enumerated() {
      batch.interface[row] = record.interface
      column.codes[row] =
        record.account == "-" ? 0 : column.append(Array(record.account.utf8).span)
    }
    batch.texts[0] = column
    batch.count = rows.count
    var owners = InterfaceOwners()
    owners.add(batch)
    return owners
  }

  private static let first = "000000000001"
  private static let second = "222222222222"

  @Test("are the same, whichever record came first")
  func order() {
    for accounts in [[Self.first, "-", Self.second], ["-", Self.second, Self.first]] {
      #expect(Self.owners(accounts.map { (7, $0) }).accounts == [7: Self.first])
      var merged = InterfaceOwners()
      for account in accounts { merged.merge(Self.owners([(7, account)])) }
      #expect(merged.accounts == [7: Self.first])
    }
  }

  @Test(
    "are accounts of twelve digits, and own what has an id",
    arguments: ["unknown", "1", "12345678901x"]
  )
  func noAccount(text: String) {
    #expect(Self.owners([(7, text)]).accounts.isEmpty)
    #expect(Self.owners([(0, Self.second)]).accounts.isEmpty)
  }
}
