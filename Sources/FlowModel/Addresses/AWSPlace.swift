/// An account and a region of AWS, each as far as it is known.
public struct AWSPlace: Sendable, Hashable {
  /// Twelve digits; nil when unknown.
  public var account: String?
  /// Such as `us-east-1`; nil when unknown.
  public var region: String?

  /// A place of which this is known.
  public init(account: String? = nil, region: String? = nil) {
    (self.account, self.region) = (account, region)
  }

  /// What the name of an object tells, by the names that AWS gives to objects with flow logs and to their folders.
  ///
  /// `<account>_vpcflowlogs_<region>_...` counts first, then `aws-account-id=<account>` and `aws-region=<region>`, then
  /// `AWSLogs/<account>/vpcflowlogs/<region>/`.
  public init(path: String) {
    let parts = path.split(separator: "/").map(String.init)
    let name = (parts.last ?? "").split(separator: "_").map(String.init)
    if name.count > 2, name[1] == "vpcflowlogs" { take(account: name[0], region: name[2]) }
    take(
      account: Self.value(of: "aws-account-id=", in: parts),
      region: Self.value(of: "aws-region=", in: parts)
    )
    guard let middle = parts.lastIndex(of: "vpcflowlogs") else { return }
    take(
      account: middle > 0 ? parts[middle - 1] : nil,
      region: middle + 1 < parts.count ? parts[middle + 1] : nil
    )
  }

  /// Takes over what is not known yet and can be what it should.
  private mutating func take(account: String?, region: String?) {
    if self.account == nil, let account, Self.isAccount(account) { self.account = account }
    if self.region == nil, let region, Self.isRegion(region) { self.region = region }
  }

  private static func value(of key: String, in parts: [String]) -> String? {
    parts.last { $0.hasPrefix(key) }.map { String($0.dropFirst(key.count)) }
  }

  /// Whether a text is an account: twelve digits.
  public static func isAccount(_ text: String) -> Bool {
    text.utf8.count == 12
      && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
  }

  /// Whether a text has the form of a region: words of small letters, and a number at the end.
  public static func isRegion(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count > 2, text.utf8.count <= 32, let number = parts.last else { return false }
    let isWord = parts.dropLast().allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
    }
    return isWord && !number.isEmpty
      && number.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
  }

  /// The partition of a region, as it stands in ARNs.
  public static func partition(of region: String) -> String {
    let others = [
      ("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-iso-", "aws-iso"),
      ("us-isob-", "aws-iso-b"), ("eu-isoe-", "aws-iso-e"), ("us-isof-", "aws-iso-f"),
      ("eusc-", "aws-eusc"),
    ]
    return others.first { region.hasPrefix($0.0) }?.1 ?? "aws"
  }
}
