/// The path of files of which there is one for each day, such as `reports/{date}.html`.
///
/// The day may stand in several places, in names of folders as well; it is the same everywhere.
package struct DatedPath: Sendable, Equatable {
  static let placeholder = "{date}"

  /// The path with the placeholder.
  package let pattern: String
  /// The names from the first one with a day on, that of the file last.
  package let names: [String]
  /// The folder that holds the first component with a day; it does not depend on the day.
  package let folder: String

  /// A path with a day in it; nil for one without.
  package init?(_ pattern: String) {
    let parts = pattern.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
    guard let first = parts.firstIndex(where: { $0.contains(Self.placeholder) }) else { return nil }
    let above = parts[..<first].joined(separator: "/")
    self.pattern = pattern
    names = parts[first...].filter { !$0.isEmpty }
    folder = first == 0 ? "." : above.isEmpty ? "/" : above
  }

  /// Whether the components behind the day lead back up; then not every day has a file of its own.
  package var leadsUp: Bool { names.contains { $0 == "." || $0 == ".." } }

  /// The path of a day.
  ///
  /// - Parameter day: such as `2026-01-31`.
  /// - Returns: the path.
  package func path(on day: String) -> String {
    pattern.replacing(Self.placeholder, with: day)
  }

  /// The days that have a file, newest first; links are no files, and folders behind links are not looked into.
  ///
  /// - Returns: the days.
  /// - Throws: `SystemError` when the folder cannot be listed.
  package func days() throws(SystemError) -> [String] {
    let days = try Folders.names(in: folder).compactMap(day(of:))
    return Set(days).filter { day in
      guard let place = try? DatedFile(self, day) else { return false }
      return place.isFile
    }.sorted(by: >)
  }

  /// Removes the files of all days but the newest ones, and the folders of days that are empty then.
  ///
  /// - Parameters:
  ///   - count: how many days stay.
  ///   - day: one that stays in any case: that of the file that was just written.
  /// - Returns: what could not be removed.
  /// - Throws: `SystemError` when the folder cannot be listed.
  package func removeAll(
    butNewest count: Int,
    and day: String
  ) throws(SystemError) -> [SystemError] {
    var failures: [SystemError] = []
    for old in try days().dropFirst(max(0, count)) where old != day {
      do throws(SystemError) {
        try DatedFile(self, old).remove()
      } catch {
        failures.append(error)
      }
    }
    return failures
  }

  /// The day in the name of the first component; nil for other names.
  private func day(of name: String) -> String? {
    guard let component = names.first,
      let place = component.firstRange(of: Self.placeholder)?.lowerBound
    else { return nil }
    let start = component.utf8.distance(from: component.startIndex, to: place)
    let day = String(decoding: Array(name.utf8).dropFirst(start).prefix(10), as: UTF8.self)
    let isOurs = Self.isDay(day) && component.replacing(Self.placeholder, with: day) == name
    return isOurs ? day : nil
  }

  /// Whether a text is a day that there is, such as `2024-02-29`.
  static func isDay(_ text: String) -> Bool {
    let digits = text.utf8.filter { 0x30...0x39 ~= $0 }.count
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count == 10, digits == 8, parts.map(\.utf8.count) == [4, 2, 2],
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
      1...12 ~= month
    else { return false }
    let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return 1...lengths[month - 1] ~= day
  }
}
