internal import HTTP
internal import LinuxSystem
internal import Sandbox

/// What all calls to the web share: connections, look-ups, the pages that are kept. Made at the first one. On its loop only.
final class WebAccess {
    let limits = WebLimits()
    let client: UpstreamClient
    let cache: WebCache
    private let pool = BlockingPool(threads: lookupsMax)

    /// A slow name server holds up so many look-ups.
    private static let lookupsMax = 4

    init(on loop: EventLoop) {
        var shared = UpstreamLimits()
        // Nobody fetches from one place for long.
        shared.idleConnections = 4
        client = UpstreamClient(on: loop, limits: shared)
        cache = WebCache(limits, clock: loop.clock)
    }

    deinit { pool.close() }

    func fetcher(_ rules: NetworkRules) -> WebFetcher {
        var fetcher = WebFetcher(rules: rules, resolver: SystemNameResolver(pool), client: client)
        fetcher.limits = limits
        return fetcher
    }
}
