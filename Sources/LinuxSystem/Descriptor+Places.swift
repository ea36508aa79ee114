internal import CLinux

/// Reading and writing at a place in a file, whatever others do to it meanwhile.
extension Descriptor {
    /// Fewer bytes than there is room for only at the end of the file.
    package borrowing func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(SystemError) -> Int {
        let fd = raw
        var count = 0
        while count < buffer.count {
            let more = try systemCall("pread") {
                clinux_pread(fd, buffer.baseAddress! + count, buffer.count - count, off_t(offset + count))
            }
            if more == 0 { break }
            count += more
        }
        return count
    }

    /// The part of a file, or as much of it as there is.
    package borrowing func read(_ range: Range<Int>) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var failure: SystemError?
        let count = bytes.withUnsafeMutableBytes { room in
            do throws(SystemError) {
                return try read(into: room, at: range.lowerBound)
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    package borrowing func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        let fd = raw
        var done = 0
        while done < bytes.count {
            done += try systemCall("pwrite") {
                bytes.withUnsafeBytes {
                    clinux_pwrite(fd, $0.baseAddress! + done, bytes.count - done, off_t(offset + done))
                }
            }
        }
    }
}
