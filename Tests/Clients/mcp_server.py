"""A small MCP server for tests, which misbehaves in the way that its first argument names.

It speaks the protocol by hand, so that it can also break it: sessions of 2025-06-18 and nothing else.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

TOOLS = [
    {
        "name": "echo",
        "description": "Gives back what it is given.",
        "inputSchema": {
            "type": "object",
            "properties": {"text": {"type": "string"}},
            "required": ["text"],
            "additionalProperties": False,
        },
    },
    {"name": "pid", "description": "Its process.", "inputSchema": {"type": "object"}},
    {"name": "environment", "description": "Its variables.", "inputSchema": {"type": "object"}},
    {"name": "die", "description": "Ends at once.", "inputSchema": {"type": "object"}},
    {"name": "sleep", "description": "Takes its time.", "inputSchema": {"type": "object"}},
    {"name": "large", "description": "Answers with 50 MB.", "inputSchema": {"type": "object"}},
    {"name": "fail", "description": "Has an error.", "inputSchema": {"type": "object"}},
]


# What one has that says `rich`: everything beside tools, and tools that make news.
RICH_TOOLS = [
    {"name": "touch", "description": "A resource is another.", "inputSchema": {"type": "object"}},
    {"name": "grow", "description": "There is more than before.", "inputSchema": {"type": "object"}},
    {"name": "speak", "description": "Says something for the log.", "inputSchema": {"type": "object"}},
    {"name": "link", "description": "Leads to a resource.", "inputSchema": {"type": "object"}},
    {
        "name": "lie",
        "description": "Breaks its promise.",
        "inputSchema": {"type": "object"},
        "outputSchema": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
    },
]
RESOURCES = [{"uri": "note://a/1", "name": "one", "mimeType": "text/plain"}, {"uri": "secret://x", "name": "x"}]
PROMPTS = [
    {"name": "greet", "description": "Says hello.", "arguments": [{"name": "who", "required": True}]},
    {"name": "picture"},
]
RICH = {
    "resources": {"subscribe": True, "listChanged": True},
    "prompts": {"listChanged": True},
    "completions": {},
    "logging": {},
}
subscribed: set[str] = set()


def tell(method: str, **parameters):
    say({"jsonrpc": "2.0", "method": f"notifications/{method}", "params": parameters})


def rich(method: str, parameters: dict) -> dict | None:
    if method == "resources/list":
        return {"resources": RESOURCES}
    if method == "resources/templates/list":
        return {"resourceTemplates": [{"uriTemplate": "note://a/{id}", "name": "note"}]}
    if method == "resources/read":
        uri = parameters["uri"]
        if uri.endswith("binary"):
            return {"contents": [{"uri": uri, "mimeType": "application/octet-stream", "blob": "AAEC"}]}
        return None if uri.endswith("none") else {"contents": [{"uri": uri, "mimeType": "text/plain", "text": f"text of {uri}"}]}
    if method in ("resources/subscribe", "resources/unsubscribe"):
        (subscribed.add if method.endswith("/subscribe") else subscribed.discard)(parameters["uri"])
        return {}
    if method == "prompts/list":
        return {"prompts": PROMPTS}
    if method == "prompts/get":
        if parameters["name"] == "picture":
            image = {"type": "image", "data": "AAEC", "mimeType": "image/png"}
            return {"messages": [{"role": "user", "content": text("Look:")["content"][0]}, {"role": "user", "content": image}]}
        resource = {"type": "resource", "resource": {"uri": "note://a/1", "mimeType": "text/plain", "text": "one"}}
        words = {"type": "text", "text": f"Hello {parameters['arguments']['who']}"}
        return {"messages": [{"role": "user", "content": words}, {"role": "user", "content": resource}]}
    if method == "completion/complete":
        of = parameters["ref"].get("name") or parameters["ref"]["uri"]
        return {"completion": {"values": [f"{of} {parameters['argument']['value']}"]}}
    return {} if method == "logging/setLevel" else None


def act(name: str) -> dict:
    if name == "touch":
        for uri in subscribed:
            tell("resources/updated", uri=uri)
    if name == "grow":
        number = len(RESOURCES)
        RESOURCES.append({"uri": f"note://a/{number}", "name": f"number {number}"})
        PROMPTS.append({"name": f"greet{number}"})
        for what in ("resources", "prompts"):
            tell(f"{what}/list_changed")
    if name == "speak":
        tell("message", level="warning", logger="inner", data="mind the gap")
    if name == "link":
        return {"content": [{"type": "resource_link", "uri": "note://a/1", "name": "one"}]}
    return {"content": [], "structuredContent": {"n": "one"}} if name == "lie" else text("done")


# What one has that says `asks`: it asks whoever calls it whatever it is told to, and says what came of it.
ASKING_TOOLS = [
    {"name": "ask", "description": "Asks you something.", "inputSchema": {"type": "object", "required": ["method"]}},
    {"name": "declared", "description": "What it may ask.", "inputSchema": {"type": "object"}},
]
declared: dict = {}


def ask(method: str, params: dict | None = None) -> dict:
    say({"jsonrpc": "2.0", "id": "q-1", "method": method, "params": params or {}})
    for line in sys.stdin:
        message = json.loads(line)
        if message.get("id") == "q-1" and "method" not in message:
            return text(json.dumps({key: message[key] for key in ("result", "error") if key in message}))
    sys.exit(0)


def say(message: dict):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def text(words: str, **more) -> dict:
    return {"content": [{"type": "text", "text": words}], **more}


def call(name: str, arguments: dict) -> dict:
    if name == "echo":
        return text(arguments["text"])
    if name == "pid":
        return text(str(os.getpid()))
    if name == "environment":
        return text(json.dumps(dict(os.environ)))
    if name == "die":
        print("dying on request", file=sys.stderr, flush=True)
        os._exit(7)
    if name == "sleep":
        time.sleep(arguments.get("seconds", 600))
        return text("slept")
    if name == "large":
        return text("x" * (50 << 20))
    return text("it did not work", isError=True)


def answer(request: dict, way: str) -> dict | None:
    method = request.get("method")
    if method == "initialize":
        declared.update(request["params"]["capabilities"])
        return {
            "protocolVersion": "2025-06-18",
            "capabilities": {"tools": {}} | {"rich": RICH, "asks": {"prompts": {}}}.get(way, {}),
            "serverInfo": {"name": way, "version": "1"},
        }
    if method == "tools/list":
        if way == "dies-after-handshake":
            print("no licence", file=sys.stderr, flush=True)
            sys.exit(1)
        return {"tools": TOOLS + {"rich": RICH_TOOLS, "asks": ASKING_TOOLS}.get(way, [])}
    if way == "asks" and method == "prompts/list":
        return {"prompts": [{"name": "who"}]}
    if way == "asks" and method == "prompts/get":
        said = ask("elicitation/create", {"message": "Who?", "requestedSchema": {"type": "object", "properties": {}}})
        return {"messages": [{"role": "user", "content": said["content"][0]}]}
    if way == "rich" and (result := rich(method, request.get("params", {}))) is not None:
        return result
    if method == "tools/call":
        if request["params"]["name"] == "ask":
            return ask(**request["params"]["arguments"])
        if request["params"]["name"] == "declared":
            return text(json.dumps(declared))
        if way == "rich" and any(tool["name"] == request["params"]["name"] for tool in RICH_TOOLS):
            return act(request["params"]["name"])
        return call(request["params"]["name"], request["params"].get("arguments", {}))
    return {} if method == "ping" else None


def main(way: str):
    if way == "crashes":
        print("TOKEN is not set", file=sys.stderr)
        sys.exit(3)
    if way == "hangs":
        time.sleep(600)
    if way == "floods-stdout":
        while True:
            sys.stdout.write("Loading model, please wait. " * 1000 + "\n")
    if way == "floods-stderr":
        while True:
            sys.stderr.write("warning: something is odd. " * 1000 + "\n")
    if way == "ignores-sigterm":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if way == "leaves-a-grandchild":
        subprocess.Popen(["sh", "-c", "setsid sleep 98765 & sleep 98765 &"], start_new_session=True)
    if way == "curious":
        print(open("/etc/shadow").read(), file=sys.stderr)
    if way == "grows":
        held = bytearray(os.urandom(1 << 20) * 150)
        print(len(held), file=sys.stderr)
    if way == "chatters":
        print("Server running on stdio", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "id" not in request:
            continue
        result = answer(request, way)
        number = request["id"] + 1000 if way == "wrong-ids" else request["id"]
        if result is None:
            say({"jsonrpc": "2.0", "id": number, "error": {"code": -32601, "message": "unknown method"}})
        else:
            say({"jsonrpc": "2.0", "id": number, "result": result})
    while way == "ignores-sigterm":
        time.sleep(1)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "works")
