internal import HTTP
internal import LinuxSystem

/// A request's body on its way to the upstream while it arrives. It holds one piece at a time: the client is read no faster
/// than the upstream takes.
final class Upload: UploadSource, @unchecked Sendable {
    private let exchange: ServerExchange
    private var piece: ByteBuffer?
    private var isAtEnd = false
    private(set) var total = 0
    /// Set while the transfer runs, and not a moment longer: transfers are used again, so what is called on one of
    /// yesterday's happens to somebody else's request.
    weak var transfer: Transfer?
    /// The client's body broke a rule; what it should be told.
    private(set) var refusal: RequestHeadParser.Refusal?

    init(_ exchange: ServerExchange) { self.exchange = exchange }

    func start() { fetch() }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        if let piece {
            let count = min(piece.count, buffer.count)
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: piece.readable[..<count]))
            piece.consume(count)
            total += count
            if piece.isEmpty {
                self.piece = nil
                fetch()
            }
            return count
        }
        return isAtEnd ? 0 : nil
    }

    private func fetch() {
        Task(executorPreference: exchange.loop) { [self] in
            do throws(RequestHeadParser.Refusal) {
                piece = try await exchange.nextBodyPart()
                isAtEnd = piece == nil
                transfer?.resumeUpload()
            } catch {
                refusal = error
                transfer?.cancel()
                onRefusal?()
            }
        }
    }

    /// Called when `refusal` was set, after the transfer was ended.
    var onRefusal: (() -> Void)?

    /// The answer is over, whatever of the body is still to come.
    func letGo() {
        transfer = nil
        onRefusal = nil
    }
}
