internal import HTTP
internal import LinuxSystem
internal import YAML

/// One file by its address, whole and bounded. On its loop only, which `@unchecked Sendable` stands on.
final class Download: TransferSink, @unchecked Sendable {
    enum Failure: Error {
        case wrongAddress(String)
        case failed(String)
    }

    private let bytesMax: Int
    private var status = 0
    private var body: [UInt8] = []
    private var waiter: CheckedContinuation<String?, Never>?
    private var isOver = false
    private var problem: String?
    private var transfer: Transfer?

    private init(bytesMax: Int) { self.bytesMax = bytesMax }

    static func get(
        _ url: String, _ configuration: Configuration, environment: [String: String], bytesMax: Int
    ) throws(Failure) -> [UInt8] {
        let base: BaseURL
        do {
            base = try BaseURL.parseVersioned(url)
        } catch {
            throw .wrongAddress(error.message)
        }
        let origin = BaseURL(scheme: base.scheme, host: base.host, port: base.port, path: "")
        let target = configuration.upstreamTarget(origin, caFile: nil, proxy: nil, environment: environment)
        let path = base.path
        let result: Result<[UInt8], Failure>
        do throws(SystemError) {
            result = try EventLoop.here { loop in
                let client = UpstreamClient(on: loop, limits: configuration.upstreamLimits)
                let task = Task(executorPreference: loop) {
                    await Download(bytesMax: bytesMax).run(path, target, client)
                }
                return await task.value
            }
        } catch {
            throw .failed("\(error)")
        }
        return try result.get()
    }

    private func run(
        _ path: String, _ target: UpstreamTarget, _ client: UpstreamClient
    ) async -> Result<[UInt8], Failure> {
        let request = UpstreamRequest(
            method: "GET", target: path, fields: ["User-Agent": Version.userAgent, "Accept": "*/*"], body: .none)
        do {
            transfer = try client.start(request, to: target, self)
        } catch {
            return .failure(.failed(error.reason))
        }
        let problem = isOver ? self.problem : await withCheckedContinuation { waiter = $0 }
        if let problem { return .failure(.failed(problem)) }
        guard status == 200 else { return .failure(.failed("the answer is HTTP \(status)")) }
        return .success(body)
    }

    private func finish(_ problem: String?) {
        if isOver { return }
        isOver = true
        self.problem = problem
        transfer = nil
        waiter?.resume(returning: problem)
        waiter = nil
    }

    func transferDidReceive(_ head: ResponseHead) { status = head.status }

    func transferDidReceive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= bytesMax else {
            transfer?.cancel()
            finish("it has more than \(bytesMax) bytes, and no vocabulary is that large")
            return true
        }
        body.append(contentsOf: bytes)
        return true
    }

    func transferDidEnd(_ error: TransferError?) { finish(error?.description) }
}
