/// Where an address of the internet is said to be, and whose it is.
///
/// Databases of this kind estimate: a country is where the owner says that the range is used.
public struct AddressOrigin: Sendable, Hashable {
  /// The country as two capital letters (ISO 3166); nil when unknown.
  public var country: String?
  /// The number of the autonomous system that announces it; nil when unknown.
  public var asn: UInt32?
  /// The organization behind that number, as the database writes it; nil when unknown.
  public var organization: String?

  /// Describes an origin.
  public init(country: String? = nil, asn: UInt32? = nil, organization: String? = nil) {
    (self.country, self.asn, self.organization) = (country, asn, organization)
  }

  /// Whether nothing is known.
  public var isEmpty: Bool { country == nil && asn == nil && organization == nil }

  /// The origin with what it lacks taken from another one.
  ///
  /// Number and organization belong together and are taken together.
  public func completed(by other: AddressOrigin) -> AddressOrigin {
    let knowsNetwork = asn != nil || organization != nil
    return AddressOrigin(
      country: country ?? other.country,
      asn: knowsNetwork ? asn : other.asn,
      organization: knowsNetwork ? organization : other.organization
    )
  }
}

/// What knows the origins of addresses, such as a database in a file.
public protocol AddressOrigins: Sendable {
  /// The origin of an address; nil when nothing is known of it.
  ///
  /// Meant for what a report shows, not for every record. Any thread may ask.
  func origin(of address: IPAddress) -> AddressOrigin?
}
