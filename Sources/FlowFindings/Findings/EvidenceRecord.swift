public import FlowModel

/// What a raw line says, column by column; what its format lacks or it shows as `-` is nil.
public struct EvidenceRecord: Sendable, Equatable {
  /// `srcaddr`.
  public var source: IPAddress
  /// `dstaddr`.
  public var destination: IPAddress
  /// `srcport`; nil for protocols without ports.
  public var sourcePort: UInt16?
  /// `dstport`; nil for protocols without ports.
  public var destinationPort: UInt16?
  /// `protocol`.
  public var protocolNumber: UInt8?
  /// `action`.
  public var action = FlowAction.unknown
  /// `tcp-flags`.
  public var tcpFlags: UInt8?
  /// `traffic-path`.
  public var trafficPath: UInt8?
  /// Where the interface that saw it lies.
  public var place = InterfacePlace()

  /// A record between two addresses.
  public init(source: IPAddress, destination: IPAddress) {
    (self.source, self.destination) = (source, destination)
  }
}

/// Where in AWS an interface lies, as the columns of its records tell.
///
/// Columns are text from outside: whatever does not look as AWS writes it is left out.
public struct InterfacePlace: Sendable, Equatable {
  /// `interface-id`.
  public var interface: String?
  /// `account-id`.
  public var account: String?
  /// `region`.
  public var region: String?
  /// `az-id`.
  public var zone: String?
  /// `vpc-id`.
  public var network: String?
  /// `subnet-id`.
  public var subnet: String?
  /// `instance-id`.
  public var instance: String?

  /// Nothing known.
  public init() {}

  /// Takes the values of a line's columns over.
  ///
  /// - Parameter value: the text of a column; nil where the format lacks it.
  public init(_ value: (FieldName) -> String?) {
    interface = value(.interfaceId).flatMap { Self.isInterface($0) ? $0 : nil }
    account = value(.accountId).flatMap { AWSPlace.isAccount($0) ? $0 : nil }
    region = value(.region).flatMap { AWSPlace.isRegion($0) ? $0 : nil }
    zone = value(.azId).flatMap { Self.isWord($0) ? $0 : nil }
    network = value(.vpcId).flatMap { Self.id($0, "vpc-") }
    subnet = value(.subnetId).flatMap { Self.id($0, "subnet-") }
    instance = value(.instanceId).flatMap { Self.id($0, "i-") }
  }

  /// Whether a text has the form of an interface's id; names in a log are text from outside.
  public static func isInterface(_ text: String) -> Bool { id(text, "eni-") != nil }

  private static func id(_ text: String, _ prefix: String) -> String? {
    text.hasPrefix(prefix) && isWord(text) ? text : nil
  }

  /// Letters, digits and hyphens, as AWS's ids have them.
  private static func isWord(_ text: String) -> Bool {
    2...64 ~= text.utf8.count
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}
