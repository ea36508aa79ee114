import Glibc
import LinuxSystem
import Sidecar
import Testing

@Suite struct PortHolderTests {
    static let header =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

    @Test func tableOfTheKernelIsRead() {
        let text =
            Self.header + """
                   0: 0100007F:0D80 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 24134 1 0 100 0 0 10 0
                   1: 0100007F:0D80 0100007F:9EFF 01 00000000:00000000 00:00000000 00000000  1000        0 24135 1 0 20 0 0 10 -1
                   2: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 0:0 00:0 0  0  0 77 1 0
                   3: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0  5  0 78 1 0
                   4: broken
                   5: 0100:0D80 00000000:0000 0A 0:0 00:0 0 0 0 9 1
                """
        let sockets = ListeningSocket.all(in: text)
        #expect(
            sockets == [
                ListeningSocket(address: [127, 0, 0, 1], port: 3456, user: 1000, inode: 24134),
                ListeningSocket(address: [127, 0, 0, 1], port: 8080, user: 0, inode: 77),
                ListeningSocket(
                    address: [UInt8](repeating: 0, count: 15) + [1], port: 80, user: 5, inode: 78),
            ])
    }

    @Test(
        arguments: [
            ([127, 0, 0, 1], [127, 0, 0, 1], true), ([127, 0, 0, 1], [127, 0, 0, 2], false),
            ([0, 0, 0, 0], [127, 0, 0, 1], true), ([127, 0, 0, 1], [0, 0, 0, 0], true),
            (v6(0), [127, 0, 0, 1], true), (v6(1), [127, 0, 0, 1], false), ([127, 0, 0, 1], v6(0), true),
            ([0, 0, 0, 0], v6(1), false), (v6(0), v6(1), true), (v6(1), v6(2), false),
        ] as [([UInt8], [UInt8], Bool)])
    func wildcardsMeetEveryAddress(held: [UInt8], wanted: [UInt8], meets: Bool) {
        let socket = ListeningSocket(address: held, port: 9, user: 0, inode: 1)
        #expect(socket.blocks(wanted, port: 9) == meets)
        #expect(!socket.blocks(wanted, port: 10))
    }

    static func v6(_ last: UInt8) -> [UInt8] { [UInt8](repeating: 0, count: 15) + [last] }

    @Test func ownSocketIsFoundUntilItIsClosed() throws {
        let socket = try LoopbackSocket()
        let port = socket.port
        let holder = try #require(PortHolder.find(address: [127, 0, 0, 1], port: port))
        #expect(holder.pid == ProcessInfo.pid)
        #expect(holder.program == (try File.linkTarget("/proc/self/exe")).split(separator: "/").last.map(String.init))
        #expect(holder.user == ProcessInfo.uid)
        // It is we, not another one of us.
        #expect(!holder.isSidecar)
        #expect(PortHolder.find(host: "127.0.0.1", port: port) == holder)
        #expect(PortHolder.find(host: "127.1.2.3", port: port) == nil)
        #expect(PortHolder.find(host: "no address", port: port) == nil)
        socket.close()
        #expect(PortHolder.find(address: [127, 0, 0, 1], port: port)?.pid != ProcessInfo.pid)
    }

    @Test func holderIsNamedAsFarAsItIsKnown() {
        #expect(
            PortHolder(pid: 7, program: "nginx", user: 0, isSidecar: false).description == "nginx (pid 7)")
        #expect(
            PortHolder(pid: 7, program: "sidecar", user: 0, isSidecar: true).description == "another sidecar (pid 7)")
        #expect(
            PortHolder(pid: nil, program: nil, user: 33, isSidecar: false).description
                == "a process of user 33 that we may not look into")
    }
}

/// Listens on a port of the kernel's choice, on an address nobody else takes by chance.
private struct LoopbackSocket {
    let fd: Int32
    let port: UInt16

    struct Failure: Error {}

    init() throws {
        fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (descriptor, size) = (fd, length)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                bind(descriptor, general, size) == 0 && listen(descriptor, 1) == 0
                    && getsockname(descriptor, general, &length) == 0
            }
        }
        guard result else { throw Failure() }
        port = UInt16(bigEndian: address.sin_port)
    }

    func close() { _ = Glibc.close(fd) }
}
