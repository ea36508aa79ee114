internal import CLinux
internal import Glibc

/// Writes lines to a descriptor on a thread of its own, so that a reader who is slow, or has stopped reading, holds up
/// nobody but itself. What does not fit is counted and said later.
package final class LineWriter: @unchecked Sendable {
    /// Lines waiting to be written. Beyond it the newest are lost: a log must not eat the memory of what it watches.
    package static let waitingBytesMax = 1 << 20

    private let fd: Int32
    private var waiting: [UInt8] = []
    private var lost = 0
    private var isWriting = false
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>

    /// The descriptor stays the caller's.
    package init(fd: Int32) throws(SystemError) {
        self.fd = fd
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
        _ = try Thread(name: "sidecar-log") { [self] in work() }
    }

    package func write(_ lines: UnsafeRawBufferPointer) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if waiting.count + lines.count > Self.waitingBytesMax {
            lost += 1
        } else {
            waiting.append(contentsOf: lines)
        }
        pthread_cond_signal(changed)
    }

    /// Waits until everything so far is written, but no longer than a second: the program is about to end.
    package func flush() {
        var limit = timespec()
        clock_gettime(CLOCK_REALTIME, &limit)
        limit.tv_sec += 1
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !waiting.isEmpty || isWriting {
            if pthread_cond_timedwait(changed, mutex, &limit) != 0 { return }
        }
    }

    private func work() {
        var batch: [UInt8] = []
        while true {
            pthread_mutex_lock(mutex)
            isWriting = false
            pthread_cond_broadcast(changed)
            while waiting.isEmpty { pthread_cond_wait(changed, mutex) }
            swap(&batch, &waiting)
            if lost > 0 { batch.append(contentsOf: "(\(lost) log writes were lost: the reader is too slow)\n".utf8) }
            lost = 0
            isWriting = true
            pthread_mutex_unlock(mutex)
            writeOut(batch)
            batch.removeAll(keepingCapacity: batch.capacity <= 1 << 16)
        }
    }

    private func writeOut(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = Glibc.write(fd, bytes.baseAddress! + offset, bytes.count - offset)
                if count < 0 && errno != EINTR && errno != EAGAIN { return }
                if count < 0 { usleep(1000) } else { offset += count }
            }
        }
    }
}
