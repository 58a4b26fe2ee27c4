internal import FlowFindings

/// Files as one archive in the format ustar of POSIX.1-1988, which every tar reads.
struct TarArchive {
  private static let block = 512

  private(set) var bytes: [UInt8] = []
  private let time: UInt32

  /// An archive whose files were all changed at a time.
  init(time: UInt32) { self.time = time }

  /// Adds a file that its owner alone may read.
  ///
  /// - Parameters:
  ///   - name: its path, of at most 100 ASCII characters.
  ///   - content: its bytes.
  mutating func add(_ name: String, _ content: [UInt8]) {
    bytes += header(name, content.count)
    bytes += content
    pad(to: Self.block)
  }

  /// Ends the archive: two empty blocks, filled up to a whole record of twenty.
  mutating func end() {
    bytes += [UInt8](repeating: 0, count: 2 * Self.block)
    pad(to: 20 * Self.block)
  }

  private mutating func pad(to unit: Int) {
    bytes += [UInt8](repeating: 0, count: (unit - bytes.count % unit) % unit)
  }

  private func header(_ name: String, _ size: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: Self.block)
    func put(_ text: String, _ place: Int) {
      header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
    }
    precondition(name.utf8.count <= 100, "a name of the archive is too long")
    put(name, 0)
    put("0000600", 100)
    put("0000000", 108)
    put("0000000", 116)
    put(Self.octal(size, 11), 124)
    put(Self.octal(Int(time), 11), 136)
    // The sum is made with blanks in its place.
    put("        ", 148)
    put("0", 156)
    put("ustar\u{0}00", 257)
    put("root", 265)
    put("root", 297)
    let sum = header.reduce(0) { $0 + Int($1) }
    put(Self.octal(sum, 6) + "\u{0} ", 148)
    return header
  }

  private static func octal(_ number: Int, _ digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
