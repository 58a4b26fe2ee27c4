internal import FlowModel

#if GeoIP
internal import CMaxMindDB

/// One database file, read by libmaxminddb; the one place of this target where memory is not checked by the compiler.
///
/// The library's look-ups change nothing, so any number of threads may ask at once.
@safe final class MaxMindFile: @unchecked Sendable {
  /// Organizations with longer names are cut.
  private static let longestText = 200

  private let path: String
  private let database: UnsafeMutablePointer<MMDB_s>

  init(_ path: String) throws(GeoDatabaseError) {
    try DatabaseFrame.check(path)
    let database = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
    let status = unsafe MMDB_open(path, UInt32(MMDB_MODE_MMAP), database)
    guard status == MMDB_SUCCESS else {
      unsafe database.deallocate()
      let reason = unsafe String(cString: MMDB_strerror(status))
      throw GeoDatabaseError(path: path, message: "\(reason); download the file again")
    }
    self.path = path
    unsafe self.database = database
  }

  deinit {
    unsafe MMDB_close(database)
    unsafe database.deallocate()
  }

  /// What the file knows of an address.
  ///
  /// - Throws: `GeoDatabaseError` when the way to the record or the record itself is damaged.
  func origin(of address: IPAddress) throws(GeoDatabaseError) -> AddressOrigin {
    guard var entry = try unsafe entry(address) else { return AddressOrigin() }
    let data = unsafe UnsafeBufferPointer(
      start: database.pointee.data_section,
      count: Int(database.pointee.data_section_size)
    ).span
    var walk = DataWalk()
    guard walk.end(data, at: Int(unsafe entry.offset)) != nil else { throw fault(address) }
    return unsafe AddressOrigin(
      country: country(&entry),
      asn: number(&entry),
      organization: text(&entry, nil, "autonomous_system_organization")
        ?? text(&entry, nil, "as_name")
    )
  }

  /// The record of an address; nil when there is none.
  private func entry(_ address: IPAddress) throws(GeoDatabaseError) -> MMDB_entry_s? {
    let bytes = (0..<16).map { UInt8(truncatingIfNeeded: address.bits >> UInt128(120 - 8 * $0)) }
    var result = unsafe MMDB_lookup_result_s()
    let status = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe weir_geo_find(database, bytes.baseAddress, address.isV4 ? 1 : 0, &result)
    }
    // A file of IPv4 alone knows nothing of IPv6, which is no damage.
    if status == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR { return nil }
    guard status == MMDB_SUCCESS else { throw fault(address) }
    return unsafe result.found_entry ? result.entry : nil
  }

  private func fault(_ address: IPAddress) -> GeoDatabaseError {
    GeoDatabaseError(
      path: path,
      message: "the record of \(address) is damaged; download the file again"
    )
  }

  /// Where several makers of databases put the country.
  private func country(_ entry: inout MMDB_entry_s) -> String? {
    let found = unsafe [
      text(&entry, "country", "iso_code"), text(&entry, nil, "country_code"),
      text(&entry, nil, "country"),
    ]
    return found.lazy.compactMap(\.self).first(where: Self.isCountry)
  }

  private static func isCountry(_ text: String) -> Bool {
    text.utf8.count == 2
      && text.utf8.allSatisfy { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
  }

  /// The number of the autonomous system, which some write as `AS64500`.
  private func number(_ entry: inout MMDB_entry_s) -> UInt32? {
    let number = unsafe weir_geo_number(&entry, "autonomous_system_number")
    if number > 0 { return number }
    guard let text = unsafe text(&entry, nil, "asn"), text.hasPrefix("AS") else { return nil }
    return UInt32(text.dropFirst(2))
  }

  private func text(_ entry: inout MMDB_entry_s, _ outer: String?, _ key: String) -> String? {
    var length: UInt32 = 0
    let start: UnsafePointer<CChar>? =
      if let outer {
        unsafe weir_geo_text(&entry, outer, key, &length)
      } else {
        unsafe weir_geo_text(&entry, nil, key, &length)
      }
    guard let start = unsafe start, length > 0 else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(length))
    return String(unsafe String(decoding: bytes, as: UTF8.self).prefix(Self.longestText))
  }
}

#else

/// Stands for a database file in a build without the library: none can be opened.
struct MaxMindFile {
  init(_ path: String) throws(GeoDatabaseError) {
    throw GeoDatabaseError(
      path: path,
      message:
        "this build has no GeoIP support; build it with the trait GeoIP and libmaxminddb-dev"
    )
  }

  func origin(of address: IPAddress) throws(GeoDatabaseError) -> AddressOrigin { AddressOrigin() }
}
#endif
