internal import CJail
internal import Confinement
internal import LinuxSystem

/// What a run's first process said at its end.
enum RunReport {
    /// nil when nothing was said, because the process was killed.
    static func read(_ pipe: borrowing Descriptor) -> EndedAnswer? {
        var raw = cjail_report()
        let size = MemoryLayout<cjail_report>.size
        let count = withUnsafeMutableBytes(of: &raw) { (try? pipe.read(into: $0)) ?? 0 }
        guard count == size, let end = end(raw) else { return nil }
        return EndedAnswer(end, cpuMicroseconds: raw.cpu_microseconds, memoryKilobytes: raw.memory_kilobytes)
    }

    private static func end(_ raw: cjail_report) -> EndedAnswer.End? {
        switch UInt32(bitPattern: raw.kind) {
        case CJAIL_EXITED.rawValue: .exited(raw.value)
        case CJAIL_SIGNALED.rawValue: .signaled(raw.value)
        case CJAIL_REFUSED.rawValue: JailStep(rawValue: raw.step).map { .refused($0, code: raw.value) }
        default: nil
        }
    }
}
