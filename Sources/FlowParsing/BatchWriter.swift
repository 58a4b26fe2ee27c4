import FlowModel

/// Fills the columns of a batch with the lines that the fast path takes.
///
/// The columns leave the batch for as long as they are written: as arrays of their own they can be written through spans,
/// without a check of ownership for every value, which would take a fifth of the whole parsing time.
struct BatchWriter {
  /// What the lines taken were.
  private(set) var lines: UInt64 = 0
  private(set) var okRecords: UInt64 = 0
  private(set) var reversedTimes: UInt64 = 0
  private(set) var firstStart = UInt32.max
  private(set) var lastEnd: UInt32 = 0
  /// NODATA and SKIPDATA lines.
  private(set) var intervals: [ParsedLine] = []

  private var batch: RecordBatch

  init(_ batch: consuming RecordBatch) {
    self.batch = batch
  }

  /// Gives the batch back.
  consuming func finish() -> RecordBatch { batch }

  /// Parses lines until one does not fit, the batch is full or the block ends.
  ///
  /// One long function, since spans of many columns cannot be handed around together.
  ///
  /// - Returns: whether the line at the position does not fit the plan.
  mutating func fill(
    _ block: Span<UInt8>,
    _ position: inout Int,
    _ end: Int,
    _ plan: ColumnPlan,
    _ parser: inout LineParser,
    firstLine: UInt64,
    wantsLines: Bool,
    wantsAll: Bool
  ) -> Bool {
    var columns = RecordBatch.hollow
    swap(&columns, &batch)
    var (row, isMisfit) = (columns.count, false)
    var (reversed, first, last, taken) = (UInt64(0), UInt32.max, UInt32(0), UInt64(0))
    var (source, destination) = (columns.source, columns.destination)
    var (sourcePort, destinationPort) = (columns.sourcePort, columns.destinationPort)
    var (protocolNumber, tcpFlags) = (columns.protocolNumber, columns.tcpFlags)
    var trafficPath = columns.trafficPath
    var (action, interface) = (columns.action, columns.interface)
    var (packets, bytes) = (columns.packets, columns.bytes)
    var (start, ends) = (columns.start, columns.end)
    var (lineNumber, lineOffset) = (columns.lineNumber, columns.lineOffset)
    columns = RecordBatch.hollow
    do {
      var sources = source.mutableSpan
      var destinations = destination.mutableSpan
      var sourcePorts = sourcePort.mutableSpan
      var destinationPorts = destinationPort.mutableSpan
      var protocols = protocolNumber.mutableSpan
      var flags = tcpFlags.mutableSpan
      var paths = trafficPath.mutableSpan
      var actions = action.mutableSpan
      var interfaces = interface.mutableSpan
      var packetCounts = packets.mutableSpan
      var byteCounts = bytes.mutableSpan
      var startTimes = start.mutableSpan
      var endTimes = ends.mutableSpan
      var lineNumbers = lineNumber.mutableSpan
      var lineOffsets = lineOffset.mutableSpan
      let steps = plan.steps.span
      let isStandard = plan.isStandard && wantsAll
      while position < end, row < RecordBatch.capacity {
        let lineStart = position
        if isStandard {
          // A variable of its own, which stays in registers: the other one is handed to functions and lies in memory.
          var line = ParsedLine()
          if parser.parseStandard(block, &position, into: &line) {
            taken &+= 1
            first = min(first, line.start)
            last = max(last, line.end)
            if line.end < line.start { reversed &+= 1 }
            sources[row] = line.source
            destinations[row] = line.destination
            sourcePorts[row] = line.sourcePort
            destinationPorts[row] = line.destinationPort
            protocols[row] = line.protocolNumber
            flags[row] = 0
            paths[row] = 0
            actions[row] = line.action.rawValue
            interfaces[row] = line.interface
            packetCounts[row] = line.packets
            byteCounts[row] = line.bytes
            startTimes[row] = line.start
            endTimes[row] = line.end
            if wantsLines {
              lineNumbers[row] = firstLine &+ taken &- 1
              lineOffsets[row] = lineStart
            }
            row &+= 1
            continue
          }
        }
        var line = ParsedLine()
        // Comments and lines that are too long may fit the plan by chance, where columns are skipped.
        guard block[lineStart] != UInt8(ascii: "#"),
          parser.parse(block, &position, steps, into: &line) == nil,
          position &- lineStart <= RecordParser.longestLine &+ 1
        else {
          position = lineStart
          isMisfit = true
          break
        }
        if isStandard { parser.learnPrefix(block, lineStart) }
        taken &+= 1
        first = min(first, line.start)
        last = max(last, line.end)
        if line.end < line.start { reversed &+= 1 }
        guard line.status == .ok else {
          intervals.append(line)
          continue
        }
        sources[row] = line.source
        destinations[row] = line.destination
        sourcePorts[row] = line.sourcePort
        destinationPorts[row] = line.destinationPort
        protocols[row] = line.lacksPort ? RecordBatch.unknownProtocol : line.protocolNumber
        flags[row] = line.tcpFlags
        paths[row] = line.trafficPath
        actions[row] = line.action.rawValue
        interfaces[row] = line.interface
        packetCounts[row] = line.packets
        byteCounts[row] = line.bytes
        startTimes[row] = line.start
        endTimes[row] = line.end
        if wantsLines {
          lineNumbers[row] = firstLine &+ taken &- 1
          lineOffsets[row] = lineStart
        }
        row &+= 1
      }
    }
    (columns.source, columns.destination) = (source, destination)
    (columns.sourcePort, columns.destinationPort) = (sourcePort, destinationPort)
    (columns.protocolNumber, columns.tcpFlags) = (protocolNumber, tcpFlags)
    columns.trafficPath = trafficPath
    (columns.action, columns.interface) = (action, interface)
    (columns.packets, columns.bytes) = (packets, bytes)
    (columns.start, columns.end) = (start, ends)
    (columns.lineNumber, columns.lineOffset) = (lineNumber, lineOffset)
    columns.count = row
    swap(&columns, &batch)
    (lines, reversedTimes, firstStart, lastEnd) = (taken, reversed, first, last)
    okRecords = taken - UInt64(intervals.count)
    return isMisfit
  }
}
