internal import CLinux

extension Descriptor {
    /// Waits until there is something to read, or its end. False when the deadline came first.
    package borrowing func waitUntilReadable(_ deadline: Instant, clock: any Clock) throws(SystemError) -> Bool {
        let fd = raw
        while true {
            let left = deadline - clock.now()
            // Rounded up: waking before the time would only mean to wait again.
            let milliseconds = Int32(clamping: (left.nanoseconds + 999_999) / 1_000_000)
            let result = clinux_wait_readable(fd, milliseconds)
            if result == -Int(EINTR) { continue }
            return try systemCall("poll") { result } > 0
        }
    }
}

extension Pipe {
    /// Closes our writing end, so that the reader sees the end when the others have closed theirs.
    package consuming func onlyReading() -> Descriptor { reading }

    /// Both ends, to go separate ways.
    package consuming func separate<Result: ~Copyable>(
        _ body: (_ reading: consuming Descriptor, _ writing: consuming Descriptor) throws(SystemError) -> Result
    ) throws(SystemError) -> Result { try body(reading, writing) }
}

extension SystemError {
    package static let notFound = ENOENT
}
