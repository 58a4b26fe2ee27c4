#if ISAL
internal import CISAL

/// ISA-L's igzip behind the `Inflater` protocol.
@safe final class ISALInflater: Inflater {
  private let state: UnsafeMutablePointer<inflate_state>
  private var header = GzipHeader()

  init() {
    unsafe state = .allocate(capacity: 1)
    unsafe isal_inflate_init(state)
    beginMember()
  }

  deinit {
    unsafe state.deallocate()
  }

  func beginMember() {
    unsafe weir_isal_begin_member(state)
    header = GzipHeader()
  }

  func inflate(
    _ input: borrowing [UInt8],
    _ available: Range<Int>,
    into output: inout [UInt8],
    at position: Int
  ) -> InflateStep {
    let headerLength = header.isFinished ? 0 : header.read(input, available)
    let body = (available.lowerBound + headerLength)..<available.upperBound
    guard header.isFinished, !header.isCorrupt, headerLength == 0 || !body.isEmpty else {
      let fault = header.isCorrupt ? GzipFault.corrupt : nil
      return InflateStep(consumed: headerLength, produced: 0, memberEnded: false, fault: fault)
    }
    var step = inflateBody(input, body, into: &output, at: position)
    step.consumed += headerLength
    return step
  }

  private func inflateBody(
    _ input: borrowing [UInt8],
    _ available: Range<Int>,
    into output: inout [UInt8],
    at position: Int
  ) -> InflateStep {
    let room = output.count - position
    let code = unsafe input.withUnsafeBufferPointer { bytes in
      unsafe output.withUnsafeMutableBufferPointer { out in
        unsafe state.pointee.next_in = UnsafeMutablePointer(
          mutating: bytes.baseAddress.map { unsafe $0 + available.lowerBound }
        )
        unsafe state.pointee.avail_in = UInt32(available.count)
        unsafe state.pointee.next_out = out.baseAddress.map { unsafe $0 + position }
        unsafe state.pointee.avail_out = UInt32(room)
        return unsafe isal_inflate(state)
      }
    }
    let ended = unsafe code == 0 && weir_isal_member_ended(state) != 0
    return InflateStep(
      consumed: available.count - Int(unsafe state.pointee.avail_in),
      produced: room - Int(unsafe state.pointee.avail_out),
      memberEnded: ended,
      fault: fault(code)
    )
  }

  private func fault(_ code: Int32) -> GzipFault? {
    switch code {
    case ISAL_DECOMP_OK, ISAL_END_INPUT, ISAL_OUT_OVERFLOW: nil
    case ISAL_INCORRECT_CHECKSUM: .checksumMismatch
    default: .corrupt
    }
  }
}
#endif
