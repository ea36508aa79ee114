internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// WebFetch: the network's part by the host, the page's part in a jail.
struct WebFetchCall {
    let settings: ToolHostSettings
    let web: WebAccess
    let reader: PageReader
    let documents: DocumentReader
    let files: OutputFiles
    let clock: any Clock
    /// Who applies the prompt to the page.
    let models: (any SubagentRunner)?

    func run(_ input: JSONValue, _ call: ToolCall) async -> ToolOutcome {
        let began = clock.now()
        let rules = settings.policy.rules(for: "WebFetch")
        let address: FetchAddress
        do throws(WebAddressProblem) {
            address = try FetchAddress(input["url"]?.string ?? "", rules.network)
        } catch {
            return .failure("invalid_input", "The URL \(error.message).", ending: .wrongInput)
        }
        if let kept = web.cache[address.text] {
            return outcome(kept, isCached: true, await answer(kept, input), rules.limits, began)
        }
        let limit = min(call.timeout ?? web.limits.totalTime, rules.limits.wall?.value ?? web.limits.totalTime)
        let page: WebFetcher.Page
        do throws(WebFetcher.Failure) {
            page = try await web.fetcher(rules.network).fetch(address, within: limit)
        } catch {
            return Self.outcome(error, settings.policy)
        }
        switch await reader.read(page, within: limit) {
        case .failed(let outcome): return outcome
        case .text(var text, let layers):
            if text.kind == .document {
                do throws(DocumentReader.Failure) {
                    let document = try await documents.read(
                        page.body, name: page.address.text, pages: nil, cutsLong: true)
                    text.text = document.text
                    text.isCut = text.isCut || document.pages.upperBound < document.total
                } catch {
                    return error.outcome
                }
            }
            let entry = WebCache.Entry(
                address: page.address.text, status: page.status, bytes: page.body.count, text: text)
            if (200..<300).contains(page.status) { web.cache.keep(entry, for: address.text) }
            var outcome = outcome(entry, isCached: false, await answer(entry, input), rules.limits, began)
            outcome.layers = layers
            return outcome
        }
    }

    // MARK: The prompt

    /// More of a page than a small model should read at once.
    private static let questionBytesMax = 100_000

    private func answer(_ entry: WebCache.Entry, _ input: JSONValue) async -> PageAnswer? {
        guard let models, (200..<300).contains(entry.status), !entry.text.text.isEmpty,
            let prompt = input["prompt"]?.string, !prompt.isEmpty
        else { return nil }
        let page = String(decoding: entry.text.text.utf8.prefix(Self.questionBytesMax), as: UTF8.self)
        return await models.answer(PageQuestion(prompt: prompt, page: page, address: entry.address))
    }

    // MARK: What came of it

    private func outcome(
        _ entry: WebCache.Entry, isCached: Bool, _ answer: PageAnswer?, _ limits: LimitRules, _ began: Instant
    ) -> ToolOutcome {
        let output = RunOutput(bytesMax: limits.output?.value ?? Self.outputBytesMax, files: files)
        Array(entry.text.text.utf8).withUnsafeBytes { output.take($0) }
        let taken = output.taken()
        let isGood = (200..<300).contains(entry.status)
        let phrase = "\(ResponseHead.phrase(entry.status))"
        var lines: [String] = []
        if !isGood { lines.append("\(entry.address) answers \(entry.status) \(phrase).") }
        if !entry.text.title.isEmpty { lines.append("Title: \(entry.text.title)") }
        if isGood { lines.append("URL: \(entry.address)") }
        var result = taken.text
        if case .text(let text, _) = answer { result = text }
        lines += ["", result.isEmpty ? "(The page holds no text.)" : result, ""]
        if entry.text.isCut { lines.append("[The page is longer than what is read of one; its end is missing.]") }
        if let note = entry.text.note { lines.append("[Of the page: \(note).]") }
        switch answer {
        case .text(_, let model):
            let all = taken.path.map { "; the page itself is in \($0), which Read shows" } ?? ""
            lines.append("[\(model) has answered the prompt from the page\(all).]")
        case .failed(let reason, let model):
            lines.append("[\(model) could not be asked (\(reason)): this is the page itself.]")
        case nil: if isGood { lines.append("[This is the page itself; the prompt is yours to answer from it.]") }
        }
        var structured: JSONValue = [
            "bytes": .int(entry.bytes), "code": .int(entry.status), "codeText": .string(phrase),
            "result": .string(result), "durationMs": .int((clock.now() - began).milliseconds),
            "url": .string(entry.address), "title": .string(entry.text.title), "fromCache": .bool(isCached),
        ]
        if case .text(_, let model) = answer { structured["answeredBy"] = .string(model) }
        if let path = taken.path {
            structured["persistedOutputPath"] = .string(path)
            structured["persistedOutputSize"] = .int(taken.total)
        }
        if isGood { return .text(lines.joined(separator: "\n"), structured) }
        structured["status"] = .int(entry.status)
        return .failure("http_status", lines.joined(separator: "\n"), structured)
    }

    private static let outputBytesMax = 30_000

    private static func outcome(_ failure: WebFetcher.Failure, _ policy: Policy) -> ToolOutcome {
        switch failure {
        case .denied(let denial): return .refused(RunDenial(denial))
        case .failed(let code, let text): return .failure(code, text)
        case .timedOut(let text): return .failure("timed_out", text, ending: .timedOut)
        case .cancelled: return .cancelled
        case .moved(let from, let to, let status): return moved(from, to, status)
        }
    }

    /// In the words that models know.
    private static func moved(_ from: FetchAddress, _ to: String, _ status: Int) -> ToolOutcome {
        .text(
            """
            REDIRECT DETECTED: The URL redirects to a different host.

            Original URL: \(from.text)
            Redirect URL: \(to)
            Status: \(status) \(ResponseHead.phrase(status))

            To complete your request, I need to fetch content from the redirected URL. Please use WebFetch again with these parameters:
            - url: "\(to)"
            """,
            [
                "code": .int(status), "codeText": .string("\(ResponseHead.phrase(status))"), "url": .string(from.text),
                "redirect": .string(to), "bytes": 0,
            ])
    }
}
