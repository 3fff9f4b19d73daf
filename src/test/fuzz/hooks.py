"""Gives Schemathesis what no description can say: names of things that are there, and words that mean something here.

OCTROI_FUZZ_KNOWN is a JSON file. Its "names" are lists by the last word of the path before them, its "bodies" are bodies
that were accepted, by operation; its "tokens" are those of the callers, who call in turns. Values that name a thing or
are one of a list of words are drawn from there as well as made up. Only what is sent changes: every answer is held
against the description as the desk published it, since each place still allows all that it allowed.

What came back is counted by caller, operation and status, and written to OCTROI_FUZZ_SEEN at the end.
"""

import atexit
import json
import os
from collections import Counter, defaultdict
from itertools import cycle

import schemathesis

with open(os.environ["OCTROI_FUZZ_KNOWN"], encoding="utf-8") as file:
    TOLD = json.load(file)

KNOWN = TOLD["names"]
BODIES = TOLD["bodies"]
TOKENS = TOLD["tokens"]
CALLERS = {token: caller for caller, token in TOKENS.items()}
NOBODY = CALLERS.get("", "anonymous")

# Members and query parameters that name a thing, by what they are called.
PLURALS = {
    "agreement": "agreements",
    "application": "applications",
    "dataset": "datasets",
    "holder": "holders",
    "licence": "licences",
    "offer": "offers",
    "organisation": "organisations",
    "person": "people",
    "territory": "territories",
}

MOST = 3

# Members and query parameters whose text is one of a list of words, or of a form that is not met by chance.
WORDS = {
    "act": ["modify", "distribute", "commercialize"],
    "at": ["2030-01-01T00:00:00Z"],
    "authentication": ["secret", "private-key-jwt", "none"],
    "authoritative": ["fr", "en"],
    "by": ["hour", "day", "month"],
    "compare": ["previous", "year"],
    "datasets": ["presence", "bike-racks"],
    "dimension": ["dataset", "status", "application", "reason"],
    "email": ["somebody@example.org"],
    "expiresAt": ["2026-12-24T00:00:00Z", "2027-01-24"],
    "format": ["json", "csv"],
    "from": ["2026-11-01T00:00:00Z", "2026-11-01"],
    "grants": ["client-credentials", "token-exchange", "device-code", "authorization-code"],
    "ground": ["other", "capacity", "misuse", "security"],
    "group": ["dataset", "status", "channel"],
    "kind": ["company", "association", "citizen", "public-body"],
    "kinds": ["webhook.tested", "agreement.*", "request.*"],
    "language": ["fr", "en"],
    "lead": ["PT10M", "P1D"],
    "origins": ["https://example.org", "http://localhost:3000"],
    "permissions": ["use", "derive", "distribute"],
    "duties": ["attribute", "shareAlike"],
    "prohibitions": ["commercialize"],
    "purpose": ["ServiceProvision"],
    "purposes": ["ServiceProvision", "ResearchAndDevelopment", "Marketing"],
    "redirectUris": ["https://example.org/back"],
    "retireAt": ["2030-01-01T00:00:00Z"],
    "reuserKind": ["company", "citizen", "association", "researcher", "public-body"],
    "role": ["auditor", "holder-editor", "holder-reviewer", "territory-administrator"],
    "sunsetAt": ["2030-01-01T00:00:00Z"],
    "to": ["2026-11-28T00:00:00Z", "2026-11-28"],
    "tokenFormat": ["jwt", "opaque"],
    "url": ["https://hooks.invalid/octroi"],
    "validity": ["P1Y", "P30D"],
}

# What Python's patterns lack, so that texts can be made; answers are held against the description's own.
CLASSES = {
    r"\p{Cc}": r"\x00-\x1f\x7f-\x9f",
    r"\p{Cf}": r"\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f",
    r"\p{Zl}": r"\u2028",
    r"\p{Zp}": r"\u2029",
}


def either(schema, values):
    """The same schema, with values to be drawn as often as all else."""
    return {"anyOf": [{"enum": values[:MOST]}, schema]}


def known(name):
    return KNOWN.get(name) or KNOWN.get(PLURALS.get(name, "")) or WORDS.get(name, [])


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for path, operations in raw_schema["paths"].items():
        steps = path.split("/")
        DESCRIBED.update(method.upper() + " " + path for method in operations)
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                name = parameter["name"]
                if parameter["in"] == "path":
                    place = next(i for i, step in enumerate(steps) if "{" + name + "}" in step)
                    values = KNOWN.get(steps[place - 1]) or known(name)
                elif parameter["in"] == "header":
                    values = ["*", '"1"']
                else:
                    values = known(name)
                schema = parameter["schema"]
                if values and schema.get("type") == "string":
                    parameter["schema"] = either(schema, values)
                elif values and schema.get("type") == "array":
                    schema["items"] = either(schema["items"], values)
                elif name in ("number", "since") and schema.get("type") == "integer":
                    parameter["schema"] = either(schema, [1, 2])
            content = operation.get("requestBody", {}).get("content", {})
            if operation["operationId"] in BODIES and "application/json" in content:
                content["application/json"]["example"] = BODIES[operation["operationId"]]
    asked = set()
    for operations in raw_schema["paths"].values():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                collect(content["schema"], raw_schema, asked)
    for name in asked:
        makeable(raw_schema["components"]["schemas"][name])
        draw(raw_schema["components"]["schemas"][name])


def makeable(schema):
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            for java, python in CLASSES.items():
                schema["pattern"] = schema["pattern"].replace(java, python)
        for part in schema.values():
            makeable(part)
    elif isinstance(schema, list):
        for part in schema:
            makeable(part)


def collect(schema, raw_schema, asked):
    """The names of the shapes that a body is made of."""
    if isinstance(schema, dict):
        name = schema.get("$ref", "").rpartition("/")[2]
        if name and name not in asked:
            asked.add(name)
            collect(raw_schema["components"]["schemas"][name], raw_schema, asked)
        for part in schema.values():
            collect(part, raw_schema, asked)
    elif isinstance(schema, list):
        for part in schema:
            collect(part, raw_schema, asked)


def draw(schema):
    for name, member in schema.get("properties", {}).items():
        types = member.get("type", [])
        if values := known(name):
            if "string" in types:
                schema["properties"][name] = either(member, values)
            elif "array" in types and "enum" not in member["items"]:
                member["items"] = either(member["items"], values)


DESCRIBED = set()
SEEN = defaultdict(lambda: defaultdict(Counter))
TURNS = cycle(TOKENS.values())


@schemathesis.hook
def before_call(context, case, kwargs):
    token = next(TURNS)
    # Nobody has no token of their own; one that was made up is nobody's too.
    if token:
        case.headers["Authorization"] = "Bearer " + token


@schemathesis.hook
def after_call(context, case, response):
    token = (response.request.headers.get("Authorization") or "").removeprefix("Bearer ")
    label = case.method + " " + case.path
    caller = SEEN[CALLERS.get(token, NOBODY)]
    # Methods that an address does not have are tried too.
    caller[label if label in DESCRIBED else ""][response.status_code] += 1


@atexit.register
def tell():
    with open(os.environ["OCTROI_FUZZ_SEEN"], "w", encoding="utf-8") as file:
        json.dump(SEEN, file)
