internal import SystemFiles

/// An input that cannot be analyzed at all.
package struct InputError: Error, Sendable, CustomStringConvertible {
  /// The input.
  package let path: String
  /// Why, as the words that follow the path.
  package let reason: String

  /// Names an input and its fault.
  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// `a.parquet: is Parquet, ...`.
  package var description: String { "\(path): \(reason)" }
}

/// The lowest layer: a file or pipe.
final class FileSource: ByteSource {
  private let file: OpenFile
  private var copy: OpenFile?
  private(set) var bytesRead = 0
  /// Why the copy is not whole; nil while it is.
  private(set) var copyFault: String?
  /// The size when reading began; 0 for pipes.
  private let expected: Int
  var path: String { file.path }
  /// The file, where any part of it can be read and nobody needs a copy.
  var wholeFile: OpenFile? { copy == nil && file.size != nil ? file : nil }

  init(_ file: OpenFile, copy: OpenFile?) {
    self.file = file
    self.copy = copy
    expected = file.remaining
  }

  func read(into buffer: inout [UInt8], from offset: Int) throws(InputFault) -> Int {
    let count: Int
    do throws(SystemError) {
      count = try file.read(into: &buffer, from: offset)
    } catch {
      throw InputFault(reason: error.description, offset: bytesRead)
    }
    bytesRead += count
    guard count > 0 || bytesRead >= expected else {
      throw InputFault(reason: "the file became shorter while it was read,", offset: bytesRead)
    }
    keep(buffer.span.extracting(offset..<(offset + count)))
    return count
  }

  /// Copies what was read; without room for the copy the analysis goes on, and only raw lines are lost.
  private func keep(_ bytes: Span<UInt8>) {
    do throws(SystemError) {
      try copy?.write(bytes)
    } catch {
      (copy, copyFault) = (nil, error.description)
    }
  }
}
