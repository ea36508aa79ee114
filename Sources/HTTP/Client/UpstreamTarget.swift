package import LinuxSystem

/// How long an upstream may take, and how much it may send before the body.
package struct UpstreamLimits: Sendable, Equatable {
    package var connectTime = TimeSpan.seconds(10)
    /// From the end of the request to the first line of the answer. Models think for minutes before they say a word.
    package var firstByteTime = TimeSpan.seconds(600)
    /// The longest silence inside an answer.
    package var idleTime = TimeSpan.seconds(600)
    /// An unused connection is kept for that long.
    package var keepAliveTime = TimeSpan.seconds(118)
    /// All header fields of one answer together.
    package var headBytes = 128 << 10
    /// Unused connections kept by one event loop.
    package var idleConnections = 128
    /// HTTP/2: requests at once on one connection.
    package var streamsPerConnection = 100

    package init() {}
}

/// What requests to one upstream have in common.
package struct UpstreamTarget: Sendable, Equatable {
    package enum Transport: Sendable { case automatic, curl }

    /// Without a slash at its end; the request's target follows.
    package let baseURL: String
    package let usesHTTP2: Bool
    /// Certificate authorities instead of the system's.
    package let authorityFile: String?
    /// nil: as the environment says (HTTPS_PROXY and its kin); empty: none.
    package let proxy: String?
    package var limits: UpstreamLimits
    /// The one address that is connected to, whatever the URL's host means by now: who asked has looked it up, and checked it.
    package let address: IPAddress?
    /// Where requests go that need no libcurl; found once, here, and not for every request.
    let plainOrigin: PlainOrigin?
    /// HTTP/2 is agreed on in the TLS handshake and nowhere else.
    let mayGetHTTP2: Bool
    /// Tests hold both ways of sending a request to the same rules.
    package var transport = Transport.automatic

    package init(
        baseURL: String, usesHTTP2: Bool = true, authorityFile: String? = nil, proxy: String? = nil,
        limits: UpstreamLimits = UpstreamLimits(), address: IPAddress? = nil
    ) {
        self.baseURL = baseURL
        self.usesHTTP2 = usesHTTP2
        self.authorityFile = authorityFile
        self.proxy = proxy
        self.limits = limits
        self.address = address
        mayGetHTTP2 = usesHTTP2 && baseURL.prefix(6).equalsIgnoringCase("https:")
        plainOrigin = proxy == "" && address == nil ? PlainOrigin(baseURL: baseURL) : nil
    }
}

/// A body that is passed on while it arrives.
package protocol UploadSource: AnyObject {
    /// How many bytes were put into `buffer`; 0 at the end; nil to be asked again after `Transfer.resumeUpload`.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int?
}

package struct UpstreamRequest {
    package enum Body {
        case none
        case bytes(ByteBuffer)
        /// Its length, where it is known.
        case stream(any UploadSource, Int?)
    }

    package var method: String
    /// Path and query.
    package var target: String
    package var fields: HTTPFields
    package var body: Body

    package init(method: String, target: String, fields: HTTPFields, body: Body) {
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
    }
}

/// Why an upstream gave no whole answer.
package struct TransferError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable, Equatable {
        /// No connection: name, route, refusal, certificate, time.
        case unreachable
        /// Connected, and no answer in time.
        case tooSlow = "too_slow"
        /// What came is no HTTP answer, or more than a head may be.
        case malformed
        /// The answer ended before its end.
        case cut
        case cancelled
    }

    private static let detailBytesMax = 300

    package let kind: Kind
    package let detail: String
    package let elapsed: TimeSpan

    package init(kind: Kind, detail: String, elapsed: TimeSpan) {
        self.kind = kind
        // It may quote what an upstream wrote.
        self.detail =
            detail.utf8.count <= Self.detailBytesMax
            ? detail : String(decoding: detail.utf8.prefix(Self.detailBytesMax), as: UTF8.self) + "…"
        self.elapsed = elapsed
    }

    package var description: String { "\(detail) after \(elapsed.rounded)" }
}
