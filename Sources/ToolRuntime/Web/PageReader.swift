internal import JSON
internal import LinuxSystem
internal import Sandbox

/// A page as text, made of it in a jail that has nothing else.
struct PageText: Sendable, Equatable {
    enum Kind: String, Sendable { case page, text, document }

    var kind: Kind
    var title: String
    var text: String
    var note: String?
    var isCut: Bool
}

struct PageReader {
    let jails: ToolJails
    let workers: WorkerPool

    /// A page that takes longer was made to.
    private static let timeMax = TimeSpan.seconds(20)

    enum Read {
        case text(PageText, layers: [String])
        case failed(ToolOutcome)
    }

    func read(_ page: WebFetcher.Page, within limit: TimeSpan) async -> Read {
        do throws(JailFailure) {
            let (jail, compiled) = try await jails.jail(for: ToolJails.pages)
            let worker: Worker
            do throws(SystemError) {
                worker = try workers.take(jail, compiled)
            } catch {
                throw .system(error)
            }
            let request: JSONValue = [
                "tool": "Page", "workspace": "/",
                "input": [
                    "url": .string(page.address.text), "content_type": page.contentType.map { .string($0) } ?? .null,
                ],
            ]
            let result = await worker.ask(request, blob: page.body, within: min(limit, Self.timeMax))
            workers.giveBack(worker, jail)
            return Self.read(result, page, jail.layers)
        } catch {
            return .failed(.failure(error))
        }
    }

    private static func read(
        _ result: Result<WorkerReply, WorkerFailure>, _ page: WebFetcher.Page, _ layers: [String]
    ) -> Read {
        let address = page.address.text
        switch result {
        case .success(let reply):
            guard !reply.isError, case .text(let text)? = reply.content.first,
                let kind = reply.structured["kind"]?.string.flatMap(PageText.Kind.init)
            else {
                let code = reply.code ?? "worker_broken"
                var outcome = ToolOutcome.failure(code, reply.isError ? reply.text : "\(address) could not be read.")
                outcome.layers = layers
                return .failed(outcome)
            }
            let read = PageText(
                kind: kind, title: reply.structured["title"]?.string ?? "", text: text,
                note: reply.structured["note"]?.string, isCut: page.isCut || reply.structured["cut"]?.bool == true)
            return .text(read, layers: layers)
        case .failure(.cancelled): return .failed(.cancelled)
        case .failure(.timedOut):
            return .failed(
                .failure("timed_out", "\(address) took too long to be made readable.", ending: .timedOut))
        case .failure(.ended):
            return .failed(.failure("worker_ended", "\(address) could not be read: what it holds ended its reader."))
        case .failure(.broken(let reason)):
            return .failed(.failure("worker_broken", "\(address): what came from its jail was no answer (\(reason))."))
        }
    }
}

extension WorkerReply {
    var text: String {
        content.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
    }
}
