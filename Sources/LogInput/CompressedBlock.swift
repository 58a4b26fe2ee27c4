#if Snappy
internal import CSnappy
#endif
#if Zstd
internal import CZstd
#endif

/// Inflates blocks of known size that stand as a whole in memory, such as the pages of Parquet files.
package enum CompressedBlock {
  /// How a block is compressed.
  package enum Codec: Sendable {
    case gzip, snappy, zstd
  }

  /// Inflates a block.
  ///
  /// - Parameters:
  ///   - bytes: the compressed bytes.
  ///   - codec: how they are compressed.
  ///   - size: how many bytes come out.
  /// - Returns: so many bytes; nil where the block is damaged, has another size, or this build lacks the library.
  package static func inflate(_ bytes: [UInt8], _ codec: Codec, size: Int) -> [UInt8]? {
    let output: [UInt8]? =
      switch codec {
      case .gzip: GzipMembers.inflate(bytes, limit: size)
      case .snappy: snappy(bytes, size)
      case .zstd: zstd(bytes, size)
      }
    return output?.count == size ? output : nil
  }

  private static func snappy(_ bytes: [UInt8], _ size: Int) -> [UInt8]? {
    #if Snappy
    var output = [UInt8](repeating: 0, count: size)
    var length = size
    let status = unsafe bytes.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { out in
        unsafe snappy_uncompress(
          input.assumingMemoryBound(to: CChar.self).baseAddress,
          input.count,
          out.assumingMemoryBound(to: CChar.self).baseAddress,
          &length
        )
      }
    }
    return status == SNAPPY_OK && length == size ? output : nil
    #else
    return nil
    #endif
  }

  private static func zstd(_ bytes: [UInt8], _ size: Int) -> [UInt8]? {
    #if Zstd
    var output = [UInt8](repeating: 0, count: size)
    let count = unsafe bytes.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { out in
        unsafe ZSTD_decompress(out.baseAddress, out.count, input.baseAddress, input.count)
      }
    }
    return ZSTD_isError(count) == 0 && count == size ? output : nil
    #else
    return nil
    #endif
  }
}
