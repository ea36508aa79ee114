internal import CGit2

/// What a command that needs libgit2 has to say when something is wrong with it or with the store.
package struct CheckpointError: Error, Sendable, Equatable, CustomStringConvertible {
    package let message: String
    package var description: String { message }

    package init(message: String) { self.message = message }
}

/// libgit2, loaded at the first use. For short commands: it stays loaded. Addresses of functions do not change once they are
/// known, which `@unchecked Sendable` stands on.
struct GitLibrary: @unchecked Sendable {
    let functions: cgit2

    private static let loaded: Result<GitLibrary, CheckpointError> = {
        var functions = cgit2()
        guard let problem = cgit2_load(&functions) else { return .success(GitLibrary(functions: functions)) }
        return .failure(
            CheckpointError(
                message:
                    "libgit2 cannot be loaded (\(String(cString: problem))): install \(String(cString: cgit2_file))"
            ))
    }()

    static func load() throws(CheckpointError) -> GitLibrary { try loaded.get() }

    func check(_ code: Int32, _ doing: String) throws(CheckpointError) {
        if code >= 0 { return }
        let reason = functions.git_error_last().flatMap { $0.pointee.message }.map { String(cString: $0) }
        throw CheckpointError(message: "\(doing): \(reason ?? "error \(code)")")
    }
}
