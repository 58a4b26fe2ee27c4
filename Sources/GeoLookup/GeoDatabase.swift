package import FlowModel
internal import Synchronization

/// Databases in the MaxMind DB format (`.mmdb`) that answer as one: a City or Country file, an ASN file, or both.
///
/// Of two files that know the same of an address the first one counts. Nothing is read from the network.
package final class GeoDatabase: AddressOrigins {
  /// Whether this build holds the library that reads the files.
  package static var isAvailable: Bool {
    #if GeoIP
    true
    #else
    false
    #endif
  }

  private let files: [MaxMindFile]
  private let firstFault = Mutex<GeoDatabaseError?>(nil)

  /// Opens files; they stay mapped, so that only what is asked for is read.
  ///
  /// - Throws: `GeoDatabaseError` for the first file that is no sound database, and for any in a build without support.
  package init(_ paths: [String]) throws(GeoDatabaseError) {
    var files: [MaxMindFile] = []
    for path in paths { files.append(try MaxMindFile(path)) }
    self.files = files
  }

  /// What all files together know of an address; nil when that is nothing.
  ///
  /// A damaged record counts as none and is remembered in `fault`.
  package func origin(of address: IPAddress) -> AddressOrigin? {
    var origin = AddressOrigin()
    for file in files {
      do throws(GeoDatabaseError) {
        origin = origin.completed(by: try file.origin(of: address))
      } catch {
        firstFault.withLock { $0 = $0 ?? error }
      }
    }
    return origin.isEmpty ? nil : origin
  }

  /// The first damage that a look-up came upon; nil while all is well.
  ///
  /// Opening a file checks its frame, not its millions of records.
  package var fault: GeoDatabaseError? { firstFault.withLock { $0 } }
}

/// A database that cannot be used.
package struct GeoDatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file.
  package var path: String
  /// What is wrong, and what to do.
  package var message: String

  /// The file and what is wrong with it.
  package var description: String { "\(path): \(message)" }
}
