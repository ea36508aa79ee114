import JSON
import Sidecar
import Testing

@Suite struct ConfigurationSchemaTests {
    private func schema() throws -> JSONValue { try JSONValue(parsing: sidecar("config", "schema").output) }

    @Test func itIsASchemaOfThisDraft() throws {
        let schema = try schema()
        #expect(schema["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
        #expect(schema["additionalProperties"]?.bool == false)
        #expect(schema["properties"]?["limits"]?["properties"]?["request_bytes"]?["default"]?.string == "32MiB")
    }

    /// Whatever `config show` prints by default is a property of the schema, and the other way round.
    @Test func schemaAndLoaderKnowTheSameKeys() throws {
        let shown = try JSONValue(parsing: sidecar("config", "show", "--json").output)
        let keys = (shown["values"]?.array ?? []).compactMap { $0["key"]?.string }
        let fixed = keys.filter { !$0.hasPrefix("providers.") }
        #expect(fixed.sorted() == leaves(of: try schema(), "").filter { $0 != "providers" }.sorted())
    }

    private func leaves(of schema: JSONValue, _ path: String) -> [String] {
        guard let members = schema["properties"]?.object?.members else { return [path] }
        return members.flatMap { leaves(of: $0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
    }

    @Test func keysThatAreNotYetThereAreLeftOut() throws {
        let schema = try schema()
        #expect(schema["properties"]?["cache"] == nil)
        #expect(schema["properties"]?["limits"]?["properties"]?["concurrent"] == nil)
    }

    @Test func defaultsFitTheirOwnPatterns() throws {
        // Every default that is shown can be written back.
        let shown = try JSONValue(parsing: sidecar("config", "show", "--json").output)
        for entry in shown["values"]?.array ?? [] {
            guard let key = entry["key"]?.string, let value = entry["value"], !value.isNull, value.object == nil,
                value.array == nil, !key.hasPrefix("providers.")
            else { continue }
            let text = value.string ?? value.text()
            let override = ConfigurationOverride(key: key, text: text, flag: "--x")
            #expect(problems("", overrides: [override]).isEmpty, "\(key)")
        }
    }
}
