package import LinuxSystem

/// What the jail may cost the host by way of its proxy. Everything in there counts as hostile.
package struct EgressLimits: Sendable, Equatable {
    /// 503 beyond. A package manager opens some fifty at once.
    package var connections = 256
    /// 431 beyond, for the head of a request; 502 for that of an answer.
    package var headBytes = 64 << 10
    /// From the first byte of a head to its last, and of a TLS ClientHello likewise.
    package var headTime = TimeSpan.seconds(10)
    /// A connection on which nothing is asked.
    package var idleTime = TimeSpan.seconds(75)
    /// 504 beyond: looking the name up, and each attempt to connect.
    package var connectTime = TimeSpan.seconds(10)
    /// An exchange or a tunnel in which no byte moves in either direction.
    package var silenceTime = TimeSpan.seconds(300)
    /// Addresses of one name that are tried.
    package var addresses = 4
    /// Whether the name in a TLS ClientHello must be the one that was asked for.
    package var checksTLSName = true

    package init() {}

    /// A direction of a connection holds at most this much, and waits for the other side to take it.
    static let pieceBytes = 64 << 10
}
