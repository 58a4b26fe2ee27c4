import FlowFindings
import FlowModel
import FlowPipeline
import FlowReporting
import SystemFiles

/// Brings a report to where it is wanted, in the order in which a fault costs least.
///
/// Files come first, then standard output; when all have the report, the run is recorded; then files of old days go. A
/// person may read as long as it takes, after all that.
struct Delivery {
  let plan: OutputPlan
  let look: OutputPlan.RenderOptions
  /// How many days of files stay; nil for all.
  let keep: Int?
  /// The pager; nil for none.
  let pager: String?
  /// Whether there is nothing to tell; files are written nevertheless: none must keep what was found yesterday.
  let isSilent: Bool

  /// Delivers, and records the run.
  ///
  /// - Parameters:
  ///   - report: what was found.
  ///   - historyRun: what to record; nil without a history. It is given up as soon as it is recorded.
  /// - Throws: `ExitStatus` when the report did not reach every place, or the run could not be recorded.
  func deliver(_ report: Report, _ historyRun: inout PendingRun?) throws {
    warn(of: report)
    let written = writeFiles(report)
    let screen = plan.printed.map { rendered(report, $0) }
    let isComplete = written.isComplete && screen != .some(nil)
    let printed = isSilent ? nil : screen ?? nil
    let pages = printed.map(wantsPager) ?? false
    if let printed, !pages { try print(printed, historyRun, isComplete: isComplete) }
    guard isComplete else {
      if historyRun?.isEmpty == false { Output.complain("this run is not recorded in the history") }
      throw ExitStatus(2)
    }
    try remember(historyRun)
    if !report.isInterrupted { removeOld(beside: report) }
    if plan.printed == nil, !isSilent {
      Output.complain(SummaryLine.text(report, files: written.files))
    }
    // The next run need not wait until somebody has read this report.
    historyRun = nil
    if let printed, pages { page(printed) }
  }

  /// Tells a person what the formats have no place for.
  private func warn(of report: Report) {
    for shortage in plan.shortages(report, look) { Output.complain(shortage) }
    if !report.input.isComplete, plan.isBare {
      for warning in TextReporter.warnings(report) { Output.complain(warning) }
    } else if plan.printed != nil, let shortage = SummaryLine.shortage(report) {
      Output.complain(shortage)
    }
  }

  /// The report in the format of a destination; nil where the format cannot show it, which is told.
  private func rendered(_ report: Report, _ destination: OutputPlan.Destination) -> [UInt8]? {
    guard let fault = plan.fault(of: destination, in: report, look) else {
      return plan.bytes(report, destination, look)
    }
    let place = destination.path ?? OpenFile.standardOutput.path
    Output.complain("\(fault); the report was not written to \(place)")
    return nil
  }

  // MARK: Files

  private func writeFiles(_ report: Report) -> (files: Int, isComplete: Bool) {
    var (files, isComplete) = (0, true)
    for destination in plan.files {
      guard let path = path(of: destination, report) else { continue }
      guard let bytes = rendered(report, destination) else {
        isComplete = false
        continue
      }
      do throws(SystemError) {
        if destination.dated != nil {
          try Folders.create(Folders.folder(of: path), isPrivate: true)
        }
        try WholeFile.write(bytes.span, to: path)
        files += 1
      } catch {
        isComplete = false
        Output.complain("\(error.description); the report was not written to \(path)")
      }
    }
    return (files, isComplete)
  }

  /// The file that a report goes to; nil where its name needs a day and there is none.
  private func path(of destination: OutputPlan.Destination, _ report: Report) -> String? {
    guard let dated = destination.dated else { return destination.path }
    guard let newest = report.newest else {
      if !isSilent {
        Output.complain("no records, so no date: \(dated.pattern) was not written")
      }
      return nil
    }
    return dated.path(on: UTCTime(newest).date)
  }

  /// Removes the files of days that are no longer wanted; the report is safe, so what stays in the way is only told.
  private func removeOld(beside report: Report) {
    guard let keep, let newest = report.newest else { return }
    for dated in plan.files.compactMap(\.dated) {
      do throws(SystemError) {
        let failures = try dated.removeAll(butNewest: keep, and: UTCTime(newest).date)
        for failure in failures { Output.complain(failure.description) }
      } catch {
        Output.complain(error.description)
      }
    }
  }

  // MARK: Standard output

  /// - Throws: `ExitStatus` when nobody got the report; quietly when the reader went away on purpose.
  private func print(_ bytes: [UInt8], _ historyRun: PendingRun?, isComplete: Bool) throws {
    do throws(SystemError) {
      try OpenFile.standardOutput.write(bytes.span)
    } catch {
      let isLost = historyRun?.isEmpty == false
      guard error.isClosedPipe else {
        Output.complain(
          error.description + (isLost ? "; this run is not recorded in the history" : "")
        )
        throw ExitStatus(2)
      }
      if isLost {
        Output.complain(
          "the reader of standard output closed the pipe; this run is not recorded in the history"
        )
      }
      throw ExitStatus(isComplete ? 0 : 2)
    }
  }

  private func wantsPager(_ bytes: [UInt8]) -> Bool {
    plan.isForPerson && pager != nil && Screen(.standardOutput).isTooSmall(for: bytes)
  }

  private func page(_ bytes: [UInt8]) {
    if let pager, Pager.show(bytes.span, with: pager) { return }
    Output.write(bytes, to: .standardOutput)
  }

  // MARK: Memory

  private func remember(_ historyRun: PendingRun?) throws {
    do throws(AnalysisError) {
      try historyRun?.remember()
    } catch {
      Output.complain("\(error.description); this run is not recorded; the history is unchanged")
      throw ExitStatus(2)
    }
  }
}
