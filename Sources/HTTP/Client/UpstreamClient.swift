internal import CCurl
package import LinuxSystem

/// All requests of one event loop to upstreams. Those to a numeric address in clear text go straight there (`PlainClient`);
/// TLS, HTTP/2, proxies and names are libcurl's, which is loaded for the first of them.
package final class UpstreamClient: @unchecked Sendable {
    package let loop: EventLoop
    private let limits: UpstreamLimits
    private let plain: PlainClient
    private var curl: CurlClient?

    package init(on loop: EventLoop, limits: UpstreamLimits) {
        self.loop = loop
        self.limits = limits
        plain = PlainClient(on: loop, limits: limits)
    }

    /// Loads libcurl now; nil, or why it cannot be had.
    package static func load() -> String? { ccurl_load().map { String(cString: $0) } }

    package static var libraryVersion: String {
        if let problem = load() { return problem }
        return String(cString: ccurl_version())
    }

    package var activeCount: Int { plain.activeCount + (curl?.activeCount ?? 0) }

    /// Begins a request. The sink hears of it from now on, possibly before this returns.
    package func start(
        _ request: UpstreamRequest, to target: UpstreamTarget, _ sink: any TransferSink
    ) throws(CannotStart) -> Transfer {
        loop.assertOnLoop()
        if let origin = target.plainOrigin, target.transport == .automatic {
            return plain.start(request, to: origin, target.limits, sink)
        }
        return try libcurl().start(request, to: target, sink)
    }

    private func libcurl() throws(CannotStart) -> CurlClient {
        if let curl { return curl }
        let made = try CurlClient(on: loop, limits: limits)
        curl = made
        return made
    }
}

/// Why a request cannot even be begun.
package struct CannotStart: Error, CustomStringConvertible {
    package let reason: String
    package var description: String { reason }

    static let noMemory = CannotStart(reason: "out of memory")
}
