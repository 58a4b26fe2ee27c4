internal import CZlib

/// zlib behind the `Inflater` protocol.
@safe final class ZlibInflater: Inflater {
  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let code = unsafe weir_inflate_init_gzip(stream)
    precondition(code == Z_OK, "zlib cannot allocate its window")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  func beginMember() {
    unsafe inflateReset(stream)
  }

  func inflate(
    _ input: borrowing [UInt8],
    _ available: Range<Int>,
    into output: inout [UInt8],
    at position: Int
  ) -> InflateStep {
    let room = output.count - position
    let code = unsafe input.withUnsafeBufferPointer { bytes in
      unsafe output.withUnsafeMutableBufferPointer { out in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: bytes.baseAddress.map { unsafe $0 + available.lowerBound }
        )
        unsafe stream.pointee.avail_in = UInt32(available.count)
        unsafe stream.pointee.next_out = out.baseAddress.map { unsafe $0 + position }
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    return InflateStep(
      consumed: available.count - Int(unsafe stream.pointee.avail_in),
      produced: room - Int(unsafe stream.pointee.avail_out),
      memberEnded: code == Z_STREAM_END,
      fault: fault(code)
    )
  }

  private func fault(_ code: Int32) -> GzipFault? {
    switch code {
    case Z_OK, Z_STREAM_END, Z_BUF_ERROR: return nil
    default:
      let message = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? ""
      return message.hasSuffix("check") && message.hasPrefix("incorrect")
        && !message.contains("header")
        ? .checksumMismatch : .corrupt
    }
  }
}
