#if Zstd
internal import CZstd

/// Inflates the frames of a zstd stream, one behind the other.
///
/// Constant memory: the library's window is limited, whatever a frame asks for.
@safe final class ZstdReader: ByteSource {
  /// Windows above 64 MiB are refused; `zstd -19` asks for 8 MiB.
  private static let windowLog: Int32 = 26

  private let source: any ByteSource
  private let stream: OpaquePointer?
  private var input: [UInt8]
  private var position = 0
  private var available: Int
  /// Bytes of the compressed stream that lie before the input buffer.
  private var consumedBefore = 0
  private var isInFrame = false
  /// The library may hold finished bytes back when the output is full.
  private var outputWasFull = false

  /// Reads from a source, of which `head` was already read to find out what it is.
  init(_ source: any ByteSource, head: [UInt8]) {
    self.source = source
    unsafe stream = ZSTD_createDCtx()
    unsafe _ = ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, Self.windowLog)
    (input, available) = (head, head.count)
    if input.count < 131_072 {
      input += [UInt8](repeating: 0, count: 131_072 - input.count)
    }
  }

  deinit {
    unsafe _ = ZSTD_freeDCtx(stream)
  }

  func read(into buffer: inout [UInt8], from offset: Int) throws(InputFault) -> Int {
    while true {
      if position == available, !outputWasFull, try !refill() {
        guard !isInFrame else { throw fault("truncated") }
        return 0
      }
      let produced = try inflate(into: &buffer, at: offset)
      if produced > 0 { return produced }
    }
  }

  private func inflate(into buffer: inout [UInt8], at offset: Int) throws(InputFault) -> Int {
    var (consumed, produced) = (0, 0)
    let room = buffer.count - offset
    let code = unsafe input.withUnsafeBytes { bytes in
      unsafe buffer.withUnsafeMutableBytes { out in
        var from = unsafe ZSTD_inBuffer(
          src: bytes.baseAddress.map { unsafe $0 + position },
          size: available - position,
          pos: 0
        )
        var to = unsafe ZSTD_outBuffer(
          dst: out.baseAddress.map { unsafe $0 + offset },
          size: room,
          pos: 0
        )
        let code = unsafe ZSTD_decompressStream(stream, &to, &from)
        (consumed, produced) = unsafe (from.pos, to.pos)
        return code
      }
    }
    position += consumed
    if ZSTD_isError(code) != 0 {
      // A later call of a broken stream gives nothing; what was made before is delivered by this one.
      throw fault("corrupt")
    }
    isInFrame = code > 0
    outputWasFull = produced == room
    return produced
  }

  private func refill() throws(InputFault) -> Bool {
    consumedBefore += available
    (position, available) = (0, 0)
    available = try source.read(into: &input, from: 0)
    return available > 0
  }

  private func fault(_ what: String) -> InputFault {
    InputFault(reason: "zstd stream \(what)", offset: consumedBefore + position)
  }
}
#endif
