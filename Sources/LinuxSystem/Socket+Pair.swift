internal import CLinux
internal import Glibc

extension Socket {
    package struct Pair: ~Copyable {
        package let ours: Descriptor
        package let theirs: Descriptor

        /// Both ends, to go separate ways.
        package consuming func separate<Result: ~Copyable>(
            _ body: (_ ours: consuming Descriptor, _ theirs: consuming Descriptor) throws(SystemError) -> Result
        ) throws(SystemError) -> Result { try body(ours, theirs) }
    }

    /// Two ends of a stream: ours does not wait, theirs does, for a program that does one thing at a time.
    package static func streamPair() throws(SystemError) -> Pair {
        var fds: [Int32] = [0, 0]
        try systemCall("socketpair") {
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
            return Glibc.socketpair(AF_UNIX, type, 0, &fds) < 0 ? -Int(errno) : 0
        }
        let pair = Pair(ours: Descriptor(owning: fds[0]), theirs: Descriptor(owning: fds[1]))
        try pair.ours.makeNonblocking()
        return pair
    }
}
