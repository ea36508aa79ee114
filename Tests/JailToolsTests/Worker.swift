import JSON
import JailTools
import LinuxSystem
import TestSupport

/// The real `sidecar-worker`, outside of any jail, and its socket.
final class Worker {
    private var socket: Descriptor?
    private let child: ChildProcess

    static var path: String {
        get throws {
            let own = try File.linkTarget("/proc/self/exe")
            return "\(own[..<(own.lastIndex(of: "/") ?? own.endIndex)])/sidecar-worker"
        }
    }

    init() throws {
        let pair = try streamPair()
        let theirs = Descriptor(owning: pair.theirs)
        socket = Descriptor(owning: pair.ours)
        let null = try Descriptor.open("/dev/null", .readWrite)
        child = try ChildProcess(
            ProgramLaunch(path: try Self.path, arguments: [], environment: [:]),
            descriptors: [null.raw, null.raw, null.raw, theirs.raw])
    }

    deinit {
        try? child.signal(.kill)
        _ = try? child.wait()
    }

    func send(_ bytes: [UInt8]) throws { try socket?.writeAll(bytes) }

    func send(_ request: JSONValue, blob: [UInt8] = []) throws {
        let json = request.bytes()
        try send(Frame.Lengths(json: json.count, blob: blob.count).header + json + blob)
    }

    func receive() throws -> JSONValue {
        let header = try read(Frame.headerBytes)
        let lengths = try header.withUnsafeBytes { try Frame.Lengths(decoding: $0) }
        let json = try read(lengths.json)
        _ = try read(lengths.blob)
        return try JSONValue(parsing: json)
    }

    func ask(_ request: JSONValue) throws -> JSONValue {
        try send(request)
        return try receive()
    }

    private func read(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try withUnsafeTemporaryAllocation(byteCount: min(count - bytes.count, 65_536), alignment: 1) {
                room in
                let read = try socket?.read(into: room) ?? 0
                return Array(room[..<read])
            }
            if more.isEmpty { throw FrameError.cutOff }
            bytes += more
        }
        return bytes
    }

    /// Its exit code, once it has noticed that nobody is left.
    func end() throws -> Int32 {
        socket = nil
        return try child.wait()
    }

    func kill() throws {
        try child.signal(.kill)
        _ = try child.wait()
    }
}
