import JSON
import JailTools
import LinuxSystem
import TestSupport
import Testing

@Suite struct NotebookTests {
    /// As Jupyter writes it, but for oddities that have to stay.
    static let jupyter = """
        {
         "cells": [
          {
           "cell_type": "markdown",
           "id": "intro",
           "metadata": {"odd":   [1,2]},
           "source": [
            "# Title\\n",
            "text"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": 3,
           "id": "calc",
           "metadata": {},
           "outputs": [
            {
             "name": "stdout",
             "output_type": "stream",
             "text": [
              "4\\n"
             ]
            }
           ],
           "source": [
            "print(2+2)"
           ]
          }
         ],
         "metadata": {
          "kernelspec": {"name": "python3", "language": "python"}
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """

    private func notebook(_ text: String = jupyter) throws -> Workspace {
        let space = try Workspace()
        try space.put("a.ipynb", text)
        space.read("a.ipynb")
        return space
    }

    @discardableResult
    private func change(_ space: Workspace, _ input: JSONValue) -> ToolReply {
        var input = input
        input["notebook_path"] = .string(space.at("a.ipynb"))
        return space.run("NotebookEdit", input)
    }

    @Test func `A notebook is read as its cells`() throws {
        let space = try notebook()
        #expect(
            space.last.texts == [
                "<cell id=\"intro\"><cell_type>markdown</cell_type># Title\ntext</cell id=\"intro\">\n<cell id=\"calc\">print(2+2)</cell id=\"calc\">\n<output>4\n</output>"
            ])
        #expect(space.last.structured["type"]?.string == "notebook")
        #expect(space.last.structured["file"]?["cells"]?[1]?["execution_count"]?.int == 3)
        let one = space.run("NotebookRead", ["notebook_path": .string(space.at("a.ipynb")), "cell_id": "intro"])
        #expect(one.texts == ["<cell id=\"intro\"><cell_type>markdown</cell_type># Title\ntext</cell id=\"intro\">"])
        let none = space.run("NotebookRead", ["notebook_path": .string(space.at("a.ipynb")), "cell_id": "x"])
        #expect(none.code == .noSuchCell && none.text.hasSuffix("It has 2 cells: intro, calc"))
    }

    @Test func `Images are shown, and long outputs cut`() throws {
        let image = ToolReply([.image(mediaType: "image/png", bytes: ImageTests.png)])
        let data = try #require(JSONValue(parsing: image.encode())["content"]?[0]?["data"]?.string)
        let long = String(repeating: "x", count: 20_000)
        let space = try notebook(
            #"{"nbformat":4,"cells":[{"cell_type":"code","metadata":{},"source":"f()","outputs":["#
                + #"{"output_type":"display_data","data":{"image/png":"\#(data)","text/plain":"<Figure>"}},"#
                + #"{"output_type":"display_data","data":{"image/png":"broken"}},"#
                + #"{"output_type":"stream","text":"\#(long)"},"#
                + #"{"output_type":"error","ename":"E","evalue":"v","traceback":[]}]}],"#
                + #""metadata":{"language_info":{"name":"julia"}}}"#)
        let reply = space.last
        #expect(reply.content[1] == .image(mediaType: "image/png", bytes: ImageTests.png))
        #expect(reply.texts[0] == "<cell id=\"cell-0\"><language>julia</language>f()</cell id=\"cell-0\">")
        #expect(reply.texts[1].contains("<output><Figure></output>\n[An image (image/png) is not shown"))
        #expect(reply.texts[1].contains("xxx… [cut: 20000 bytes]</output>\n<output>E: v</output>"))
    }

    @Test func `Not more images at once than a model looks at`() throws {
        let image = ToolReply([.image(mediaType: "image/png", bytes: ImageTests.png)])
        let data = try #require(JSONValue(parsing: image.encode())["content"]?[0]?["data"]?.string)
        let output = #"{"output_type":"display_data","data":{"image/png":"\#(data)","text/plain":"<Figure>"}}"#
        let outputs = Array(repeating: output, count: 40).joined(separator: ",")
        let space = try notebook(
            #"{"nbformat":4,"cells":[{"cell_type":"code","metadata":{},"source":"f()","outputs":[\#(outputs)]}],"metadata":{}}"#
        )
        let images = space.last.content.count { if case .image = $0 { true } else { false } }
        #expect(images == 20 && space.last.content.count <= 64)
        #expect(space.last.text.contains("20 are enough at once"))
    }

    @Test func `More cells than fit are counted`() throws {
        let cells = (0..<10).map {
            #"{"cell_type":"raw","metadata":{},"source":"\#(String(repeating: "y", count: 30))\#($0)"}"#
        }
        let space = try notebook(
            #"{"nbformat":4,"nbformat_minor":2,"metadata":{},"cells":[\#(cells.joined(separator: ","))]}"#)
        space.limits.tokens = 50
        let reply = space.read("a.ipynb")
        #expect(reply.structured["file"]?["cells"]?.array?.count == 2)
        #expect(
            reply.text.hasSuffix(
                "[PARTIAL view: 2 of 10 cells. Read on with NotebookRead and cell_id, beginning with \"cell-2\".]"))
    }

    @Test func `Replacing a cell changes that cell alone`() throws {
        let space = try notebook()
        let reply = change(space, ["cell_id": "calc", "new_source": "print(1)\nprint(2)"])
        #expect(reply.text.hasPrefix("Updated cell calc of "))
        #expect(
            reply.structured["old_source"]?.string == "print(2+2)" && reply.structured["language"]?.string == "python")
        let wanted = Self.jupyter.replacing("   \"execution_count\": 3,", with: "   \"execution_count\": null,")
            .replacing(
                """
                [
                    {
                     "name": "stdout",
                     "output_type": "stream",
                     "text": [
                      "4\\n"
                     ]
                    }
                   ],
                """, with: "[],"
            )
            .replacing("    \"print(2+2)\"", with: "    \"print(1)\\n\",\n    \"print(2)\"")
        #expect(try space.text("a.ipynb") == wanted)
        #expect(change(space, ["cell_id": "intro", "new_source": "# Title\ntext"]).code == nil)
        #expect(try space.text("a.ipynb") == wanted)
        #expect(change(space, ["cell_id": "intro", "cell_type": "code", "new_source": "1"]).code == nil)
        let cell = try JSONValue(parsing: try space.text("a.ipynb"))["cells"]?[0]
        #expect(
            cell == [
                "cell_type": "code", "execution_count": .null, "id": "intro", "metadata": ["odd": [1, 2]],
                "outputs": [], "source": ["1"],
            ])
    }

    @Test func `A cell comes after the one that is named, or first`() throws {
        let space = try notebook()
        let reply = change(
            space, ["edit_mode": "insert", "cell_id": "intro", "cell_type": "code", "new_source": "x = 1\n"])
        let id = try #require(reply.structured["cell_id"]?.string)
        #expect(id.count == 8)
        let text = """
              {
               "cell_type": "code",
               "execution_count": null,
               "id": "\(id)",
               "metadata": {},
               "outputs": [],
               "source": [
                "x = 1\\n"
               ]
              },
              {
               "cell_type": "code",
               "execution_count": 3,
            """
        #expect(try space.text("a.ipynb").contains(text))
        change(space, ["edit_mode": "insert", "cell_type": "markdown", "new_source": "top"])
        change(space, ["edit_mode": "insert", "cell_id": "calc", "cell_type": "markdown", "new_source": "end"])
        let cells = try JSONValue(parsing: try space.text("a.ipynb"))["cells"]?.array ?? []
        #expect(cells.map { $0["source"] } == [["top"], ["# Title\n", "text"], ["x = 1\n"], ["print(2+2)"], ["end"]])
        for cell in [0, 2, 4] {
            #expect(
                change(space, ["edit_mode": "delete", "cell_id": cells[cell]["id"] ?? .null, "new_source": ""]).code
                    == nil)
        }
        #expect(try space.text("a.ipynb") == Self.jupyter)
        change(space, ["edit_mode": "delete", "cell_id": "calc", "new_source": ""])
        change(space, ["edit_mode": "delete", "cell_id": "intro", "new_source": ""])
        #expect(try space.text("a.ipynb").contains("\"cells\": [],"))
        change(space, ["edit_mode": "insert", "cell_type": "markdown", "new_source": "a"])
        #expect(try space.text("a.ipynb").hasPrefix("{\n \"cells\": [\n  {\n   \"cell_type\": \"markdown\",\n"))
    }

    @Test func `A notebook on one line stays on it, and one without ids gets none`() throws {
        let text =
            #"{"cells":[{"cell_type":"code","execution_count":1,"metadata":{},"outputs":[],"source":"a"}],"metadata":{},"nbformat":4,"nbformat_minor":2}"#
        let space = try notebook(text)
        change(space, ["cell_id": "cell-0", "new_source": "b"])
        #expect(
            try space.text("a.ipynb")
                == text.replacing(#""source":"a""#, with: #""source":"b""#).replacing(":1,\"m", with: ":null,\"m"))
        let reply = change(
            space, ["edit_mode": "insert", "cell_id": "cell-0", "cell_type": "markdown", "new_source": "c"])
        #expect(reply.structured["cell_id"]?.string == "cell-1")
        #expect(
            try space.text("a.ipynb").contains(
                #","source":"b"},{"cell_type": "markdown", "metadata": {}, "source": ["c"]}]"#))
    }

    @Test(arguments: [
        ("{", "it is not JSON: line 1"), ("[]", "it is not a JSON object"), ("{}", "it has no number \"nbformat\""),
        (#"{"nbformat":4}"#, "it has no list \"cells\""), (#"{"nbformat":4,"cells":[1]}"#, "cell 0 is not an object"),
        (#"{"nbformat":3,"worksheets":[]}"#, "has notebook format 3"),
        (#"{"nbformat":4,"cells":[{"cell_type":"x"}]}"#, "cell 0 has no cell_type of code, markdown or raw"),
        (#"{"nbformat":4,"cells":[{"cell_type":"raw","source":[1]}]}"#, "cell 0 has no source that is text"),
    ])
    func `What is no notebook is refused with the reason`(_ text: String, _ reason: String) throws {
        let space = try notebook(text)
        #expect(space.last.code == .invalidNotebook && space.last.text.contains(reason))
    }

    @Test func `Calls that cannot be meant are refused`() throws {
        let space = try notebook()
        #expect(change(space, ["new_source": "x"]).code == .invalidInput)
        #expect(change(space, ["new_source": "x", "edit_mode": "insert"]).code == .invalidInput)
        #expect(change(space, ["new_source": "x", "edit_mode": "move", "cell_id": "calc"]).code == .invalidInput)
        #expect(change(space, ["new_source": "x", "cell_id": "cell-7"]).code == .noSuchCell)
        try space.put("a.ipynb", Self.jupyter + " ")
        #expect(change(space, ["new_source": "x", "cell_id": "calc"]).code == .modifiedSinceRead)
        let fresh = try Workspace()
        try fresh.put("a.ipynb", Self.jupyter)
        #expect(change(fresh, ["new_source": "x", "cell_id": "calc"]).code == .notRead)
    }
}
