internal import CLinux

/// Where a command's results and its remarks go.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    package var isTerminal: Bool { ProcessInfo.isTerminal(rawValue) }

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

extension ProcessInfo {
    /// Ends the program.
    package static func exit(_ code: Int32) -> Never { CLinux.exit(code) }
}
