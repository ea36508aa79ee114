package import JSON
internal import LinuxSystem
internal import Synchronization

/// The last requests that went wrong, for `/debug/errors`. Shared by all event loops; errors are rare.
package final class RecentErrors: Sendable {
    package struct Entry: Sendable {
        package let time: String
        package let id: String
        package let upstreamID: String?
        package let method: String
        package let path: String
        package let provider: String?
        package let model: String?
        package let status: Int
        package let message: String
        package let milliseconds: UInt64
    }

    package static let keptMax = 200

    private struct State {
        var entries: [Entry] = []
        var total = 0
        var byStatus: [Int: Int] = [:]
        var byProvider: [String: Int] = [:]
    }
    private let state = Mutex(State())

    package init() {}

    package func add(_ record: RequestRecord) {
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

    package var recent: JSONValue {
        .array(state.withLock { $0.entries.reversed() }.map(\.json))
    }

    package func find(_ id: String) -> JSONValue? {
        state.withLock { state in state.entries.last { $0.id == id || $0.upstreamID == id } }?.json
    }

    package var statistics: JSONValue {
        let state = self.state.withLock { $0 }
        return .object(
            JSONObject([
                .init(key: "total", value: .int(state.total)),
                .init(key: "kept", value: .int(state.entries.count)),
                .init(
                    key: "by_status",
                    value: .object(
                        JSONObject(
                            state.byStatus.sorted { $0.key < $1.key }.map {
                                .init(key: String($0.key), value: .int($0.value))
                            }))),
                .init(
                    key: "by_provider",
                    value: .object(
                        JSONObject(
                            state.byProvider.sorted { $0.key < $1.key }.map {
                                .init(key: $0.key, value: .int($0.value))
                            }))),
            ]))
    }
}

extension RecentErrors.Entry {
    fileprivate var json: JSONValue {
        [
            "time": .string(time), "request_id": .string(id),
            "upstream_request_id": upstreamID.map { .string($0) } ?? .null,
            "method": .string(method), "path": .string(path), "provider": provider.map { .string($0) } ?? .null,
            "model": model.map { .string($0) } ?? .null, "status": .int(status), "message": .string(message),
            "duration_ms": .int(Int(milliseconds)),
        ]
    }
}
