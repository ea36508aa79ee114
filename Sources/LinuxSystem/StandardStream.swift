internal import CLinux

/// Where a command's results and its remarks go.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    package var isTerminal: Bool { ProcessInfo.isTerminal(rawValue) }

    /// A program may be started with these closed. The next file or socket would then take their numbers, and be written to
    /// as if it were the terminal; so what is missing becomes /dev/null, before anything else is opened.
    package static func openMissing() {
        for fd in Int32(0)...2 where clinux_is_open(fd) == 0 {
            // The lowest free number, which is this one.
            guard let null = try? Descriptor.open("/dev/null", .readWrite) else { return }
            _ = null.release()
        }
    }

    /// All of it, past the buffers of stdio, so that nothing is lost when the program ends.
    package func write(_ text: String) throws(SystemError) {
        let descriptor = Descriptor(owning: rawValue)
        let outcome: Result<Void, SystemError>
        do throws(SystemError) {
            outcome = .success(try descriptor.writeAll(text.utf8))
        } catch {
            outcome = .failure(error)
        }
        // The stream is the process's: only lent to the descriptor.
        _ = descriptor.release()
        try outcome.get()
    }
}

extension StandardStream {
    /// Waits for that time, and no longer than somebody is there to read. True when nobody is.
    package func waitForReaderToLeave(_ time: TimeSpan) -> Bool {
        clinux_wait_hangup(rawValue, Int32(clamping: time.milliseconds)) > 0
    }
}

extension ProcessInfo {
    /// Ends the program.
    package static func exit(_ code: Int32) -> Never { CLinux.exit(code) }
}
