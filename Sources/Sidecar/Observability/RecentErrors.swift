internal import JSON
internal import LinuxSystem
internal import Synchronization

/// The last requests that went wrong, for `/debug/errors`. Shared by all event loops; errors are rare.
final class RecentErrors: Sendable {
    struct Entry: Sendable {
        let time: String
        let id: String
        let upstreamID: String?
        let method: String
        let path: String
        let provider: String?
        let model: String?
        let status: Int
        let message: String
        let milliseconds: UInt64
    }

    static let keptMax = 200

    private struct State {
        var entries: [Entry] = []
        var total = 0
        var byStatus: [Int: Int] = [:]
        var byProvider: [String: Int] = [:]
    }
    private let state = Mutex(State())

    func add(_ record: RequestRecord) {
        let entry = Entry(
            time: CivilTime.now().timestamp, id: record.id, upstreamID: record.upstreamID, method: record.method,
            path: record.path, provider: record.provider, model: record.model, status: record.status,
            message: record.error ?? "", milliseconds: record.duration.milliseconds)
        state.withLock { state in
            state.entries.append(entry)
            if state.entries.count > Self.keptMax { state.entries.removeFirst() }
            state.total += 1
            state.byStatus[entry.status, default: 0] += 1
            state.byProvider[entry.provider ?? "sidecar", default: 0] += 1
        }
    }

    var recent: JSONValue {
        .array(state.withLock { $0.entries.reversed() }.map(\.json))
    }

    func find(_ id: String) -> JSONValue? {
        state.withLock { state in state.entries.last { $0.id == id || $0.upstreamID == id } }?.json
    }

    var statistics: JSONValue {
        let state = self.state.withLock { $0 }
        return .object(
            JSONObject([
                .init(key: "total", value: .int(state.total)),
                .init(key: "kept", value: .int(state.entries.count)),
                .init(
                    key: "by_status",
                    value: .object(JSONObject(state.byStatus.sorted { $0.key < $1.key }.map { .init(key: String($0.key), value: .int($0.value)) }))),
                .init(
                    key: "by_provider",
                    value: .object(JSONObject(state.byProvider.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .int($0.value)) }))),
            ]))
    }
}

extension RecentErrors.Entry {
    fileprivate var json: JSONValue {
        [
            "time": .string(time), "request_id": .string(id), "upstream_request_id": upstreamID.map { .string($0) } ?? .null,
            "method": .string(method), "path": .string(path), "provider": provider.map { .string($0) } ?? .null,
            "model": model.map { .string($0) } ?? .null, "status": .int(status), "message": .string(message),
            "duration_ms": .int(Int(milliseconds)),
        ]
    }
}
