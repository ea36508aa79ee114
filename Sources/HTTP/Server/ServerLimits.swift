package import LinuxSystem

/// What one client may cost us. Each is a configuration key; the values here are the defaults.
package struct ServerLimits: Sendable, Equatable {
    /// 431 beyond. Twenty times what a coding agent sends.
    package var headBytes = 64 << 10
    /// 413 beyond, for bodies that are held in memory. The largest request that Anthropic's API takes.
    package var bodyBytes = 32 << 20
    /// 408 when the head is not complete by then: a client that sends a byte a minute holds a connection for nothing.
    package var headTime = TimeSpan.seconds(10)
    /// 408 when a body stops coming for that long; also how long a client may leave an answer unread.
    package var stallTime = TimeSpan.seconds(60)
    /// A connection without a request is closed after that.
    package var idleTime = TimeSpan.seconds(75)
    /// Over all event loops that share a `ConnectionBudget`; 503 beyond.
    package var connections = 4096
    /// Beyond them the one that has waited longest without a request leaves, and 503 is for where there is none.
    package var makesRoom = false

    package init() {}

    /// A writer is asked to wait above the first and told to go on below the second. Enough to keep a socket busy, little
    /// enough that a thousand slow clients do not matter.
    package static let outputHighBytes = 256 << 10
    package static let outputLowBytes = 64 << 10
    /// A request body that is passed on while it arrives waits in at most this much memory.
    package static let bodyWindowBytes = 256 << 10
    /// After an early answer the rest of a body is read and thrown away, so that the client can read the answer
    /// before the connection ends (RFC 9112, section 9.6): this much and this long.
    package static let drainBytesMax = 4 << 20
    package static let drainTime = TimeSpan.seconds(2)
}
