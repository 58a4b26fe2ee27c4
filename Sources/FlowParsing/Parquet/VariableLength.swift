/// Numbers of seven bits a byte, the lowest first (LEB128), in which runs and differences have their headers.
enum VariableLength {
  /// Reads a number.
  ///
  /// - Parameters:
  ///   - bytes: hold it.
  ///   - position: where it begins; moves behind it.
  /// - Returns: nil where the bytes end before it does, or where it has more than 64 bits.
  static func read(_ bytes: Span<UInt8>, _ position: inout Int) -> UInt64? {
    var (value, shift): (UInt64, UInt64) = (0, 0)
    while shift < 64, position < bytes.count {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    return nil
  }

  /// The number with a sign that a number without one stands for: 0, -1, 1, -2 and so on.
  static func signed(_ value: UInt64) -> Int64 {
    Int64(truncatingIfNeeded: value >> 1) ^ -Int64(truncatingIfNeeded: value & 1)
  }
}
