"""MCP servers behind an address, for tests: those of the `mcp` package, and by hand one with sessions, as they were before."""

from __future__ import annotations

import http.server
import json
import sys

from mcp_server import answer


def package(transport: str, port: int):
    # Annotations are looked up among the globals.
    global Annotated, Context, Field, InputRequiredResult
    from typing import Annotated

    from mcp.server.mcpserver import Context, MCPServer
    from mcp.types import ElicitRequest, ElicitRequestFormParams, InputRequiredResult, ListRootsRequest
    from pydantic import Field

    server = MCPServer("peer")

    @server.tool()
    def double(number: int) -> int:
        return 2 * number

    @server.tool()
    async def introduce(context: Context) -> str:
        from pydantic import BaseModel

        class Who(BaseModel):
            name: str

        answer = await context.elicit("And who are you?", Who)
        return f"Hello {answer.data.name}" if answer.action == "accept" else f"Hello nobody ({answer.action})"

    @server.tool()
    def greet(context: Context) -> str | InputRequiredResult:
        if context.input_responses:
            return f"Hello {context.input_responses['who'].content['name']} ({context.request_state})"
        schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
        question = ElicitRequest(params=ElicitRequestFormParams(message="Who are you?", requested_schema=schema))
        return InputRequiredResult(input_requests={"who": question}, request_state="asked once")

    @server.tool()
    def both(context: Context) -> str | InputRequiredResult:
        if context.input_responses:
            who, where = context.input_responses["who"], context.input_responses["where"]
            return f"{who.content['name']} at {where.roots[0].uri}"
        schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
        question = ElicitRequest(params=ElicitRequestFormParams(message="Who are you?", requested_schema=schema))
        return InputRequiredResult(input_requests={"who": question, "where": ListRootsRequest()})

    @server.tool()
    def fields(region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})], context: Context) -> str:
        headers = {name.lower(): value for name, value in context.headers.items()}
        return " ".join(headers.get(name, "-") for name in ("mcp-method", "mcp-name", "mcp-param-region"))

    server.run(transport, port=port)


class Session(http.server.BaseHTTPRequestHandler):
    """Sessions of 2025-06-18, which are forgotten when somebody calls `fail`."""

    protocol_version = "HTTP/1.1"
    current = ""
    count = 0

    def log_message(self, *_):
        pass

    def end(self, status: int, body: bytes = b"", **fields: str):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.end(405)

    def do_DELETE(self):
        Session.current = ""
        self.end(204)

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers.get("Authorization") != "Bearer secret":
            return self.end(401, b"who are you?")
        fields = {}
        if request["method"] == "initialize":
            Session.count += 1
            Session.current = fields["Mcp_Session_Id"] = f"session-{Session.count}"
        elif self.headers.get("Mcp-Session-Id") != Session.current or not Session.current:
            return self.end(400 if self.headers.get("Mcp-Session-Id") is None else 404, b"no session")
        elif self.headers.get("MCP-Protocol-Version") != "2025-06-18":
            return self.end(400, b"no version")
        if "id" not in request:
            return self.end(202)
        if request.get("params", {}).get("name") == "fail":
            Session.current = ""
            return self.end(404, b"no session")
        result = answer(request, "behind an address")
        message = json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result})
        if request["method"] == "tools/call":
            return self.end(200, f"event: message\ndata: {message}\n\n".encode(), Content_Type="text/event-stream", **fields)
        self.end(200, message.encode(), Content_Type="application/json", **fields)


if __name__ == "__main__":
    if sys.argv[1] == "sessions":
        http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Session).serve_forever()
    package(sys.argv[1], int(sys.argv[2]))
