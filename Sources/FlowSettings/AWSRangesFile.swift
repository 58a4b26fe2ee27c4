package import FlowModel
internal import FoundationEssentials

/// Reads the ranges that AWS publishes as ip-ranges.json.
package enum AWSRangesFile {
  /// The published file has two MiB.
  private static let limit = 32 << 20
  private static let advice =
    "download the file again from https://ip-ranges.amazonaws.com/ip-ranges.json"

  /// Reads a file.
  ///
  /// - Throws: `SettingsError` when it cannot be read or is not what AWS publishes.
  /// - Returns: the ranges of both families.
  package static func read(_ path: String) throws(SettingsError) -> AWSPrefixes {
    try parse(SettingsText.bytes(path, limit: limit), path: path)
  }

  /// Reads a file's bytes.
  static func parse(_ bytes: [UInt8], path: String) throws(SettingsError) -> AWSPrefixes {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw fault(path, words(error))
    } catch {
      throw fault(path, "this is not JSON")
    }
    var prefixes: [AWSPrefix] = []
    prefixes.reserveCapacity(document.prefixes.count + document.ipv6Prefixes.count)
    for (place, entry) in document.prefixes.enumerated() {
      prefixes.append(try prefix(entry, entry.v4, "prefixes[\(place)].ip_prefix", path, v4: true))
    }
    for (place, entry) in document.ipv6Prefixes.enumerated() {
      let key = "ipv6_prefixes[\(place)].ipv6_prefix"
      prefixes.append(try prefix(entry, entry.v6, key, path, v4: false))
    }
    guard !prefixes.isEmpty else { throw fault(path, "it contains no range") }
    return AWSPrefixes(prefixes)
  }

  private struct Document: Decodable {
    var prefixes: [Entry]
    var ipv6Prefixes: [Entry]

    enum CodingKeys: String, CodingKey {
      case prefixes
      case ipv6Prefixes = "ipv6_prefixes"
    }
  }

  private struct Entry: Decodable {
    var v4: String?
    var v6: String?
    var region: String
    var service: String

    enum CodingKeys: String, CodingKey {
      case v4 = "ip_prefix"
      case v6 = "ipv6_prefix"
      case region, service
    }
  }

  private static func prefix(
    _ entry: Entry,
    _ text: String?,
    _ key: String,
    _ path: String,
    v4: Bool
  ) throws(SettingsError) -> AWSPrefix {
    guard let text else { throw fault(path, "\(key) is missing") }
    guard let network = IPNetwork(text), network.base.isV4 == v4 else {
      throw fault(path, "\(key): '\(text)' is no \(v4 ? "IPv4" : "IPv6") range")
    }
    return AWSPrefix(network: network, service: entry.service, region: entry.region)
  }

  private static func fault(_ path: String, _ message: String) -> SettingsError {
    SettingsError(path: path, line: nil, message: "\(message); \(advice)")
  }

  private static func words(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context): "\(place(context, key)) is missing"
    case .valueNotFound(_, let context): "\(place(context)) is missing"
    case .typeMismatch(_, let context): "\(place(context)) has another type than in files from AWS"
    default: "this is not JSON"
    }
  }

  /// Where in the file, such as `prefixes[3].region`.
  private static func place(
    _ context: DecodingError.Context,
    _ last: (any CodingKey)? = nil
  ) -> String {
    let path = (context.codingPath + (last.map { [$0] } ?? [])).map { key in
      key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
    }.joined()
    return path.isEmpty ? "the outermost object" : String(path.trimmingPrefix("."))
  }
}
