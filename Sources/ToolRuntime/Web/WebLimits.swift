package import LinuxSystem

/// What a page may cost. Who serves it counts as hostile.
package struct WebLimits: Sendable, Equatable {
    /// Of a body, unpacked. More is not read.
    package var bodyBytes = 10 << 20
    /// Of all header fields together.
    package var headBytes = 64 << 10
    /// For looking a name up, and for each attempt to connect.
    package var connectTime = TimeSpan.seconds(10)
    /// From the request to the first line of the answer.
    package var answerTime = TimeSpan.seconds(20)
    /// From the first look-up to the last byte, over all redirects.
    package var totalTime = TimeSpan.seconds(30)
    package var redirects = 10
    /// Addresses of one name that are tried.
    package var addresses = 3
    /// What is kept of pages for those who ask again, and for how long.
    package var cacheBytes = 16 << 20
    package var cacheTime = TimeSpan.seconds(900)

    package init() {}
}
