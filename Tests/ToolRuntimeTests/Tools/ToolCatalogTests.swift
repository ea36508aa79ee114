import JSON
import Sandbox
import Testing
import ToolRuntime

@Suite struct ToolCatalogTests {
    @Test func `The tools are those that policies know`() {
        #expect(Set(ToolCatalog.all.map(\.name)) == Set(ToolName.all))
        #expect(ToolCatalog.all.count == 15)
        #expect(ToolCatalog.tool("Agent")?.name == "Task")
    }

    @Test func `A name that there is not is answered with the nearest`() {
        #expect(ToolCatalog.unknown("read").contains("did you mean `Read`?"))
        #expect(ToolCatalog.unknown("Grap").contains("`Grep`"))
        #expect(ToolCatalog.unknown("Frobnicate").contains("TodoWrite"))
        #expect(ToolCatalog.unknown(String(repeating: "x", count: 100_000)).utf8.count < 400)
    }

    /// What the schema's own rules demand of it.
    @Test func `Schemas are whole`() throws {
        for tool in ToolCatalog.all {
            let schema = tool.input.schema
            #expect(schema["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
            #expect(schema["type"]?.string == "object")
            let properties = try #require(schema["properties"]?.object)
            for name in schema["required"]?.array ?? [] { #expect(properties[try #require(name.string)] != nil) }
            for member in properties.members {
                #expect(member.value["type"]?.string != nil, "\(tool.name).\(member.key)")
                #expect(member.value["description"]?.string?.isEmpty == false, "\(tool.name).\(member.key)")
            }
            #expect(tool.description.count > 20 && !tool.title.isEmpty)
        }
        let edits = try #require(ToolCatalog.tool("MultiEdit")).input.schema["properties"]?["edits"]
        #expect(edits?["minItems"]?.int == 1)
        #expect(edits?["items"]?["required"]?.array?.count == 2)
        #expect(try #require(ToolCatalog.tool("Task")).input.schema["required"]?.array?.count == 2)
    }
}
