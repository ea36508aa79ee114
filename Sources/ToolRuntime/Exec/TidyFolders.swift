/// Folders in which nothing of a write that was killed can lie. Each is looked through by the first write in it, and again
/// after a worker has ended in the middle of something; the writes between pay nothing. On the loop of its host only.
final class TidyFolders {
    private var known: Set<String> = []

    private static let countMax = 10_000

    func isUnknown(_ folder: String) -> Bool { !known.contains(folder) }

    func note(_ folder: String, _ result: Result<WorkerReply, WorkerFailure>) {
        switch result {
        // What reports an error may not have come as far as the folder.
        case .success(let reply): if !reply.isError, known.count < Self.countMax { known.insert(folder) }
        case .failure: known = []
        }
    }
}
