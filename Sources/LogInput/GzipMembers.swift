/// Inflates gzip that stands as a whole in memory, such as a payload in a document.
package enum GzipMembers {
  /// Inflates all members.
  ///
  /// - Parameters:
  ///   - bytes: the members, one behind the other.
  ///   - limit: the most bytes that may come out.
  /// - Returns: nil where the members are damaged, or hold more.
  package static func inflate(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    let reader = GzipReader(
      NoSource(),
      head: bytes,
      inflater: InflaterKind.fastest.makeInflater()
    )
    var output = [UInt8](repeating: 0, count: min(limit, 65_536))
    var count = 0
    do throws(InputFault) {
      while true {
        let more = try reader.read(into: &output, from: count)
        if more == 0 { break }
        count += more
        guard count <= limit else { return nil }
        if output.count - count < 4096 {
          output += [UInt8](repeating: 0, count: output.count)
        }
      }
      try reader.checkEnd()
    } catch {
      return nil
    }
    return Array(output[..<count])
  }

  /// Nothing follows what is in memory.
  private final class NoSource: ByteSource {
    func read(into buffer: inout [UInt8], from offset: Int) throws(InputFault) -> Int { 0 }
  }
}
