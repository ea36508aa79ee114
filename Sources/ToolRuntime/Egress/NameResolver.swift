package import LinuxSystem

/// Names to addresses. The system's in the program, a table in tests.
package protocol NameResolver: Sendable {
    func addresses(of name: String) async throws(NameLookup.Failure) -> [IPAddress]
}

/// Asks the system, on threads of its own: its resolver blocks, and cannot be told to stop. A pool for each jail, so that one
/// that asks for names with slow servers holds up no other.
package struct SystemNameResolver: NameResolver {
    private let pool: BlockingPool

    package init(_ pool: BlockingPool) { self.pool = pool }

    package func addresses(of name: String) async throws(NameLookup.Failure) -> [IPAddress] {
        let answer: Result<[IPAddress], NameLookup.Failure>
        do throws(BlockingPool.QueueIsFull) {
            answer = try await pool.run {
                do throws(NameLookup.Failure) {
                    return .success(try NameLookup.addresses(of: name))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw NameLookup.Failure(reason: "too many names are being looked up")
        }
        return try answer.get()
    }
}
