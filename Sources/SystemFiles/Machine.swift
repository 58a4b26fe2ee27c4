internal import Glibc

/// What the machine, or the container's control group, grants this process.
package enum Machine {
  /// Cores that may be used: scheduling mask and cgroup quota, whichever is less; at least 1.
  package static var cores: Int {
    let allowed = schedulableCores ?? sysconf(Int32(_SC_NPROCESSORS_ONLN))
    guard let quota = cgroupCores else { return max(1, allowed) }
    return max(1, min(allowed, quota))
  }

  /// Memory that may be used in bytes: the machine's, or the cgroup's limit where that is less.
  package static var memory: Int {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let physical = pages * sysconf(Int32(_SC_PAGESIZE))
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
    return limits.compactMap { smallFile($0)?.split(separator: "\n").first.flatMap { Int($0) } }
      .reduce(physical, min)
  }

  /// Makes the allocator keep what it got: the stages of a run hand hundreds of megabytes from one to the next, and
  /// giving them back to the kernel in between means to have every page cleared again.
  package static func keepHistory() {
    // The numbers are M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, and M_TOP_PAD of glibc's malloc.h, whose
    // declarations Swift's module of the C library leaves out.
    for (parameter, value) in [(-1, Int32.max), (-3, 1 << 30), (-2, 16 << 20)] {
      _ = weirMallopt(Int32(parameter), value)
    }
  }

  /// The present time, Unix seconds: for what users say relative to it, never for a report.
  package static var now: UInt32 { UInt32(clamping: time(nil)) }

  /// The largest amount of memory that the process has held so far, in bytes.
  package static var peakMemory: Int {
    var usage = rusage()
    guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return Int(usage.ru_maxrss) * 1024
  }

  /// The bits of the scheduling mask, which the kernel prints as hexadecimal words.
  private static var schedulableCores: Int? {
    let lines = (smallFile("/proc/self/status", size: 8192) ?? "").split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("Cpus_allowed:") }) else { return nil }
    let count = line.dropFirst("Cpus_allowed:".count).reduce(0) {
      $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0)
    }
    return count > 0 ? count : nil
  }

  private static var cgroupCores: Int? {
    let parts = (smallFile("/sys/fs/cgroup/cpu.max") ?? "").split { $0 == " " || $0 == "\n" }
    guard parts.count == 2, let quota = Int(parts[0]), let period = Int(parts[1]), period > 0 else {
      return nil
    }
    return max(1, (quota + period - 1) / period)
  }

  private static func smallFile(_ path: String, size: Int = 256) -> String? {
    guard let file = try? OpenFile.reading(path) else { return nil }
    var buffer = [UInt8](repeating: 0, count: size)
    guard let count = try? file.read(into: &buffer), count > 0 else { return nil }
    return String(decoding: buffer[..<count], as: UTF8.self)
  }
}

@_silgen_name("mallopt")
private func weirMallopt(_ parameter: Int32, _ value: Int32) -> Int32
