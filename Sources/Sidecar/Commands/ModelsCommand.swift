internal import HTTP
internal import JSON
internal import LinuxSystem

package enum ModelsCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["models"], summary: "List the models that clients may ask for",
            details:
                "The names of `models`, and what each provider says that it has; where one cannot be asked, what its maker is "
                + "known to offer. Windows and limits are tokens, prices US dollars for a million tokens. What the "
                + "configuration says of a model counts before what its provider says.",
            hasJSON: true,
            examples: [
                CommandExample("sidecar models", "a line each: name, window, limit, prices"),
                CommandExample("sidecar models --json | jq '.[].id'", "the names alone"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let console = invocation.console
        let offers: ModelOffers
        do throws(ConfigurationError) {
            let loaded = try invocation.loadConfiguration()
            offers = ModelOffers(
                settings: try GatewaySettings(loaded.configuration, environment: invocation.environment),
                cache: ModelOffers.cache())
        } catch {
            return invocation.refuse(error)
        }
        let fields = credentials(invocation.environment)
        Signal.ignoreBrokenPipes()
        let found: ModelOffers.Result
        do throws(SystemError) {
            found = try EventLoop.here { loop in
                let limits = offers.settings.configuration.upstreamLimits
                return await offers.all(on: UpstreamClient(on: loop, limits: limits), fields, keyFields: [])
            }
        } catch {
            console.complain("\(error)")
            return .failed
        }
        for (provider, detail) in found.problems { console.note("\(provider) does not say what it has: \(detail)") }
        if invocation.wantsJSON {
            console.print(JSONValue.array(found.models.map(json)).text(style: .pretty))
        } else {
            for line in lines(found.models) { console.print(line) }
        }
        return .done
    }

    /// Those that Claude Code would send.
    private static func credentials(_ environment: [String: String]) -> HTTPFields {
        var fields: HTTPFields = ["User-Agent": Version.userAgent]
        if let key = environment["ANTHROPIC_API_KEY"], !key.isEmpty { fields.append("x-api-key", key) }
        return fields
    }

    private static func json(_ model: OfferedModel) -> JSONValue {
        var members = ModelListing.own(model).object?.members ?? []
        members.insert(.init(key: "id", value: .string(model.id)), at: 0)
        return .object(JSONObject(members))
    }

    private static func lines(_ models: [OfferedModel]) -> [String] {
        let rows = models.map { model in
            let facts = model.facts
            let prices = [facts.prices.input, facts.prices.output].map { $0.map { JSONValue.double($0).text() } ?? "" }
            let price = prices == ["", ""] ? "" : "\(prices[0]) / \(prices[1])"
            let place = model.id == model.model ? model.provider : "\(model.provider)/\(model.model)"
            return [model.id, place, facts.context.map { "\($0)" } ?? "", facts.output.map { "\($0)" } ?? "", price]
        }
        let table = [["MODEL", "PROVIDER", "CONTEXT", "OUTPUT", "$ IN / OUT"]] + rows
        let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        return table.map { row in
            var line = ""
            for (text, width) in zip(row, widths) {
                line += text + String(repeating: " ", count: width - text.count + 2)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
