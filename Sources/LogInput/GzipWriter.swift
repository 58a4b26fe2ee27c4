internal import CZlib

/// Writes one gzip member, without a name or time in its header, so equal input gives equal bytes.
@safe package final class GzipWriter {
  private let stream: UnsafeMutablePointer<z_stream>
  private var output: [UInt8] = []

  /// A writer of the given zlib level, 1...9.
  package init(level: Int = 6) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let code = unsafe weir_deflate_init_gzip(stream, Int32(level))
    precondition(code == Z_OK, "zlib refuses level \(level)")
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Compresses more of the member's bytes.
  package func write(_ bytes: Span<UInt8>) {
    deflate(bytes, Z_NO_FLUSH)
  }

  /// Ends the member and gives all of its bytes.
  package func finish() -> [UInt8] {
    deflate([UInt8]().span, Z_FINISH)
    return output
  }

  /// Takes the compressed bytes made so far, to keep memory small while a long member is written.
  package func takeOutput() -> [UInt8] {
    defer { output.removeAll(keepingCapacity: true) }
    return output
  }

  private func deflate(_ bytes: Span<UInt8>, _ flush: Int32) {
    var room = [UInt8](repeating: 0, count: 65_536)
    unsafe bytes.withUnsafeBufferPointer { input in
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.pointee.avail_in = UInt32(input.count)
      var full = true
      while full {
        let left = unsafe room.withUnsafeMutableBufferPointer { out in
          unsafe stream.pointee.next_out = out.baseAddress
          unsafe stream.pointee.avail_out = UInt32(out.count)
          _ = unsafe CZlib.deflate(stream, flush)
          return Int(unsafe stream.pointee.avail_out)
        }
        output.append(contentsOf: room[..<(room.count - left)])
        full = left == 0
      }
    }
  }
}

extension GzipWriter {
  /// Compresses bytes into one member.
  package static func member(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
    let writer = GzipWriter(level: level)
    writer.write(bytes.span)
    return writer.finish()
  }
}
