/// A set of fields that a consumer wants decoded.
///
/// Fields that nobody asks for are skipped by the parser, so a consumer names what it reads and nothing else.
public struct Projection: Sendable, Hashable {
  /// One bit for each field, by its index.
  private var bits: UInt128 = 0

  /// No fields.
  public init() {}

  /// The given fields.
  public init(_ fields: some Sequence<FieldName>) {
    for field in fields { insert(field) }
  }

  /// What the analysis needs.
  public static let analysis: Projection = [
    .accountId, .interfaceId, .sourceAddress, .destinationAddress, .sourcePort, .destinationPort,
    .protocolNumber, .packets, .bytes, .start, .end, .action, .logStatus, .tcpFlags, .trafficPath,
    .packetSource, .packetDestination, .pktDstAwsService, .tgwAttachmentId, .vpcId,
  ]

  /// Every field of every version.
  public static let all = Projection(FieldName.allCases)

  /// The fields in the order in which AWS lists them.
  public var fields: [FieldName] { FieldName.allCases.filter(contains) }

  /// Whether no field is asked for.
  public var isEmpty: Bool { bits == 0 }

  /// Whether a field is asked for.
  public func contains(_ field: FieldName) -> Bool { bits & Self.bit(field) != 0 }

  /// Asks for a field as well.
  public mutating func insert(_ field: FieldName) { bits |= Self.bit(field) }

  /// Asks for a field no more.
  public mutating func remove(_ field: FieldName) { bits &= ~Self.bit(field) }

  /// Asks for the fields of another consumer as well.
  public mutating func formUnion(_ other: Projection) { bits |= other.bits }

  /// What either consumer asks for.
  public func union(_ other: Projection) -> Projection {
    var union = self
    union.formUnion(other)
    return union
  }

  /// What this one asks for and the other one does not.
  public func subtracting(_ other: Projection) -> Projection {
    var rest = self
    rest.bits &= ~other.bits
    return rest
  }

  private static func bit(_ field: FieldName) -> UInt128 { 1 << UInt128(field.index) }
}

extension Projection: ExpressibleByArrayLiteral {
  /// The named fields.
  public init(arrayLiteral fields: FieldName...) { self.init(fields) }
}
