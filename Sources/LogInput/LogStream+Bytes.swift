package import SystemFiles

/// The content of a stream for readers that do not go from line to line.
extension LogStream {
  /// Gives the bytes of the stream to whoever reads them in another way.
  func takeSource() -> any ByteSource {
    defer { isDone = true }
    let (layers, faultBehindHead) = (layers, faultBehindHead)
    return HeadedSource(head, source ?? file) { () throws(InputFault) in
      if let faultBehindHead { throw faultBehindHead }
      for layer in layers { try layer.checkEnd() }
    }
  }

  /// Whether `takeFile` gives the file itself.
  package var isPlainFile: Bool {
    file.wholeFile != nil && layers.isEmpty && !isInZstd && bytesBefore == 0
  }

  /// Gives the whole content as a file, of which any part can be read.
  ///
  /// A plain file is that file itself; anything else is copied into a temporary one.
  ///
  /// - Throws: `InputFault` when it cannot be read to its end, `SystemError` when there is no room for the copy.
  package func takeFile() throws -> OpenFile {
    if isPlainFile, let plain = file.wholeFile {
      isDone = true
      return plain
    }
    let copy = try OpenFile.temporary()
    let source = takeSource()
    var buffer = [UInt8](repeating: 0, count: Self.blockSize)
    while true {
      let count = try source.read(into: &buffer, from: 0)
      guard count > 0 else { return copy }
      try copy.write(buffer.span.extracting(0..<count))
    }
  }
}
