"""Who gives keys in Amazon's cloud, on loopback: the service of roles, a container's server, a machine's server."""

from __future__ import annotations

import datetime
import json
import urllib.parse

import rules
import sigv4
from answers import Answer, json_answer
from fake_anthropic import FakeAnthropic
from fake_bedrock import KEY, REGION, SECRET, TOKEN

# The key that may do nothing but ask for another one.
ASKING = ("AKIAWHOASKSFORROLES1", "secret/of+who-asks-for-roles/0123456789a")
ROLE = "arn:aws:iam::123456789012:role/models"
IDENTITY = "eyJ.web.identity"
ROOM = "container-token"


def text(status: int, body: str, kind: str = "text/plain") -> Answer:
    return Answer(status, [("content-type", kind)], [body.encode()])


class FakeKeyGivers(FakeAnthropic):
    """`seconds`: how long what is given holds."""

    seconds = 3600

    def given(self) -> dict:
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self.seconds)
        return {"AccessKeyId": KEY, "SecretAccessKey": SECRET, "Token": TOKEN, "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ")}

    def _routed(self, exchange):
        request = exchange.request
        match (request.method, request.path):
            case ("POST", "/"):
                return self._role(exchange, dict(urllib.parse.parse_qsl(request.body.decode(), strict_parsing=True)))
            case ("GET", "/container"):
                if request.header("authorization") != ROOM:
                    raise rules.Refused(401, "no token")
                return json_answer(200, self.given())
            case ("PUT", "/latest/api/token") if request.header("x-aws-ec2-metadata-token-ttl-seconds"):
                return text(200, "imds-token")
        if request.header("x-aws-ec2-metadata-token") != "imds-token":
            raise rules.Refused(401, "Unauthorized")
        match request.path:
            case "/latest/meta-data/iam/security-credentials/":
                return text(200, "the-role\n")
            case "/latest/meta-data/iam/security-credentials/the-role":
                return json_answer(200, {"Code": "Success"} | self.given())
        raise rules.Refused(404, "Not Found")

    def _role(self, exchange, form: dict) -> Answer:
        exchange.json = form
        if form["Action"] == "AssumeRole":
            try:
                sigv4.check(exchange.request, *ASKING, None, REGION, "sts")
            except sigv4.Wrong as wrong:
                raise rules.Refused(403, str(wrong)) from None
        elif form.get("WebIdentityToken") != IDENTITY or exchange.request.header("authorization"):
            raise rules.Refused(400, "InvalidIdentityToken")
        if form["RoleArn"] != ROLE or form["Version"] != "2011-06-15" or not form["RoleSessionName"]:
            raise rules.Refused(403, "not authorized to perform: sts:AssumeRole")
        given = self.given()
        key = "".join(f"<{name}>{given[own]}</{name}>" for name, own in (("AccessKeyId", "AccessKeyId"), ("SecretAccessKey", "SecretAccessKey"), ("SessionToken", "Token"), ("Expiration", "Expiration")))
        action = form["Action"]
        return text(200, f"<{action}Response><{action}Result><Credentials>{key}</Credentials></{action}Result></{action}Response>", "text/xml")

    def _refusal(self, exchange, refused):
        exchange.refused = refused.message
        error = f"<ErrorResponse><Error><Code>AccessDenied</Code><Message>{refused.message}</Message></Error></ErrorResponse>"
        return text(refused.status, error, "text/xml")


def process(**more) -> str:
    """A program that prints a key."""
    printed = {"Version": 1, "AccessKeyId": KEY, "SecretAccessKey": SECRET, "SessionToken": TOKEN} | more
    return f"printf '%s' '{json.dumps(printed)}'"
