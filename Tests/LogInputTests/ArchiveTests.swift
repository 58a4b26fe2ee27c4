import FlowTestSupport
import LogInput
import SystemFiles
import Testing

@Suite("Archives and zstd")
struct ArchiveTests {
  /// A tar archive of files with short names, as every writer makes it.
  private static func tar(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = []
    for file in files {
      bytes += header(file.name, size: file.content.count)
      bytes += padded(file.content)
    }
    return bytes + [UInt8](repeating: 0, count: 1024)
  }

  private static func header(_ name: String, size: Int, kind: UInt8 = 48) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ place: Int) {
      for (index, byte) in text.utf8.enumerated() { block[place + index] = byte }
    }
    put(name, 0)
    let digits = String(size, radix: 8)
    put(String(repeating: "0", count: 11 - digits.count) + digits, 124)
    put("ustar", 257)
    block[156] = kind
    return block
  }

  private static func padded(_ content: [UInt8]) -> [UInt8] {
    content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  private static let long = String(repeating: "folder/", count: 20) + "c.log"
  private static let archive: [UInt8] = {
    let extended = Array("161 path=\(long)\n".utf8)
    let files: [(name: String, content: [UInt8])] = [
      ("a.log", Array("a1\na2\n".utf8)), (".hidden", Array("no\n".utf8)),
    ]
    var bytes = Array(tar(files).dropLast(1024))
    bytes += header("folder/", size: 0, kind: 53)
    let packed = Samples.gzip("b1\n")
    bytes += header("b.log.gz", size: packed.count)
    bytes += padded(packed)
    bytes += header("pax", size: extended.count, kind: 120)
    bytes += padded(extended)
    bytes += header("short", size: 3)
    bytes += padded(Array("c1\n".utf8))
    bytes += [UInt8](repeating: 0, count: 1024)
    return bytes
  }()

  /// The lines of all files, with their names, and what broke the archive off.
  private static func files(_ bytes: [UInt8], _ cutting: Cutting = .pages) throws -> (
    [String: String], InputFault?
  ) {
    try ChunkCutter.withSource(bytes, cutting) { file in
      let stream = try LogStream.open(file)
      #expect(TarArchive.isArchive(stream.beginning(65_536)))
      let archive = TarArchive(stream, inflater: .zlib)
      var files: [String: String] = [:]
      while let member = try archive.next() {
        let name = String(member.path.dropFirst(stream.path.count + 1))
        files[name] = Samples.strings(Delivery(member)).joined(separator: " ")
      }
      return (files, archive.fault)
    }
  }

  @Test("The files of an archive come one after the other", arguments: [false, true])
  func members(isPacked: Bool) throws {
    let bytes = isPacked ? GzipWriter.member(Self.archive) : Self.archive
    for cutting in [Cutting.pages, .random(seed: 5)] {
      let (files, fault) = try Self.files(bytes, cutting)
      #expect(files == ["a.log": "a1 a2", "b.log.gz": "b1", Self.long: "c1"])
      #expect(fault == nil)
    }
  }

  @Test("An archive that is cut anywhere gives what is whole in it")
  func cut() throws {
    for end in stride(from: 512, to: Self.archive.count - 1024, by: 97) {
      let (files, fault) = try Self.files(Array(Self.archive[..<end]))
      #expect(files.count < 3 || end > Self.archive.count - 1536)
      #expect(fault != nil || end % 512 == 0 || files.count > 0)
    }
  }

  #if Zstd
  /// A frame with one block that is not compressed (RFC 8878).
  private static func frame(_ text: String) -> [UInt8] {
    let size = text.utf8.count
    let header: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x20, UInt8(size)]
    let block: [UInt8] = [UInt8(size << 3 & 0xff) | 1, UInt8(size >> 5), 0]
    return header + block + Array(text.utf8)
  }

  @Test("Frames of zstd are inflated one behind the other")
  func frames() throws {
    let bytes = Self.frame("a1\na") + Self.frame("2\n") + Self.frame("")
    for cutting in [Cutting.pages, .everyByte, .at(9)] {
      let delivery = try Delivery(bytes, cutting)
      #expect(Samples.strings(delivery) == ["a1", "a2"])
      #expect(delivery.form == .zstd)
      #expect(delivery.fault == nil)
    }
    let cut = try Delivery(Array(bytes.dropLast(2)))
    #expect(cut.fault?.reason == "zstd stream truncated")
    var corrupt = bytes
    corrupt[7] = 0xff
    #expect(try Delivery(corrupt).fault?.reason == "zstd stream corrupt")
  }
  #endif
}
