import Foundation
import Testing

/// Two runs that overlap: the later one waits for the earlier one, or goes.
@Suite("Runs one at a time")
struct RunLockTests {
  /// A run that has the history, until something comes through its pipe; `$first` is its number.
  private static let running =
    """
    mkfifo pipe; weir --history h - < pipe > first.txt & first=$!; exec 3> pipe
    while ! test -s h.lock; do sleep 0.05; done
    """

  /// Lets that run come to its end.
  private static let ending = "cat 2.log >&3; exec 3>&-; wait $first || exit 9"

  @Test("who will not wait is told whose turn it is, and reads and writes nothing")
  func busy() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      \(Self.running)
      weir --history h --wait 0 --output r.txt 3.log; code=$?
      test -e r.txt && exit 7; echo "process $first,"; weir history runs h | wc -l
      \(Self.ending); weir history runs h | wc -l; exit $code
      """
    )
    #expect(outcome.status == 2)
    let lines = outcome.stdout.split(separator: "\n")
    #expect(lines.dropFirst() == ["1", "2"])
    let process = try #require(lines.first)
    #expect(
      outcome.stderr.hasPrefix("weir: h: another run (\(process) since 20"),
      "\(outcome.stderr)"
    )
    #expect(outcome.stderr.contains("nothing was read or written"))
  }

  @Test("who waits observes what the other one left, and says why where somebody looks")
  func waiting() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      \(Self.running)
      weir --history h --progress always 3.log 3>&- > second.txt 2> second.err & second=$!
      while ! test -s second.err; do sleep 0.05; done
      \(Self.ending); wait $second; code=$?; grep '^Since' second.txt; exit $code
      """
    )
    #expect(outcome.status == 0)
    #expect(outcome.stdout.hasPrefix("Since the log that ended 2026-01-06 10:00 UTC"))
    let note = try program.read("second.err")
    #expect(note.contains("is using this history; waiting up to 10 minutes for it"), "\(note)")
  }

  @Test("who waits in vain, or is told to stop, leaves at once")
  func inVain() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      \(Self.running)
      weir --history h --wait 1s 3.log; echo $?
      weir --history h --wait 1w 3.log 3>&- 2> stopped.err & second=$!; sleep 1; kill -TERM $second; wait $second; echo $?
      \(Self.ending)
      """
    )
    #expect(outcome.status == 0)
    #expect(outcome.stdout == "2\n130\n")
  }

  @Test("looking into the history needs no turn")
  func looking() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      \(Self.running)
      for what in show runs findings export; do weir history $what h > none || exit 7; done
      weir --history h --no-history 3.log > none || exit 8
      \(Self.ending)
      """
    )
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stderr.isEmpty)
  }

  @Test("a run that is killed gives its turn up, whatever it left in the lock")
  func killed() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      \(Self.running)
      kill -9 $first; wait $first 2> none; exec 3>&-; test -s h.lock || exit 7
      weir --history h --wait 0 3.log > third.txt; code=$?; test -s h.lock && exit 8; stat -c %a h.lock; exit $code
      """
    )
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stdout == "600\n")
  }

  @Test("two names of one memory are one memory")
  func link() throws {
    let program = try RunLogs.rememberingProgram()
    defer { program.remove() }
    let outcome = try program.shell(
      "\(Self.running)\nln -s h other; weir --history other --wait 0 3.log; code=$?; \(Self.ending); exit $code"
    )
    #expect(outcome.status == 2)
    #expect(outcome.stderr.hasPrefix("weir: other: another run"))
  }

  @Test("how long to wait is a duration", arguments: ["soon", "-1s", "10", ""])
  func duration(_ text: String) throws {
    let program = try RunLogs.program()
    defer { program.remove() }
    let outcome = try program.shell(
      "weir --history h --wait '\(text)' 1.log; code=$?; test -e h && exit 7; exit $code"
    )
    #expect(outcome.status == 2)
    #expect(outcome.stderr.contains("--wait"))
  }
}
