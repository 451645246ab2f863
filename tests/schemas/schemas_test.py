#!/usr/bin/env python3
"""Holds what the program writes against docs/schemas: schemas_test.py PROGRAM.

The schemas are closed first: an object that lists its properties may have no others. Every schema must be met by real
output, every listed property must occur (but those named in RARE), and every schema must refuse what is not its own.
Exit 77 where python3-jsonschema is missing.
"""
import copy
import gzip
import json
import os
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCHEMAS = os.path.join(ROOT, "docs", "schemas")
HARBOR = os.path.join(ROOT, "examples", "harbor")
# Properties that these runs cannot show: other kinds of input have them.
RARE = {"finding": {"citations_total", "joined", "correlation"}, "source": {"path_bytes"},
        "passed-over": {"path_bytes"}, "track": {"interval"}}
RULES = """title: Good
id: 8b0a5a0e-3f0a-4e4b-9c0e-6d8d2f3c1a11
level: low
logsource: {product: windows, category: process_creation}
detection: {s: {CommandLine|contains|all: [ntdsutil, no such word]}, unused: {Image: x}, condition: s}
---
title: Bad
id: 8b0a5a0e-3f0a-4e4b-9c0e-6d8d2f3c1a12
logsource: {product: windows, category: process_creation}
detection: {s: {Image|endswiht: x}, condition: s}
---
title: Of another log
id: 8b0a5a0e-3f0a-4e4b-9c0e-6d8d2f3c1a13
level: low
logsource: {product: linux, service: auditd}
detection: {s: {type: EXECVE}, condition: s}
"""
LOGONS = """title: Logon, one of which was taken out of the log
id: 8b0a5a0e-3f0a-4e4b-9c0e-6d8d2f3c1a14
level: low
logsource: {product: windows, service: security}
detection: {s: {EventID: 4624, TargetUserName: adm.lindqvist}, condition: s}
"""
TEST = """rule: rules.yml
match:
  - {Channel: Security, EventID: 4688, CommandLine: x}
"""


def closed(schema):
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: closed(value) for key, value in schema.items()}
    if isinstance(out.get("properties"), dict) and "additionalProperties" not in out:
        out["additionalProperties"] = False
    return out


def load_schemas():
    schemas = {}
    for name in sorted(os.listdir(SCHEMAS)):
        if name.endswith(".json"):
            with open(os.path.join(SCHEMAS, name), encoding="utf-8") as file:
                schema = json.load(file)
            jsonschema.Draft202012Validator.check_schema(schema)
            schemas[name[:-5]] = jsonschema.Draft202012Validator(closed(schema))
    return schemas


def with_merged_record(log):
    """The second record of the first chunk grown over the third, as editors do it; checksums are left."""
    first = 4096 + 512
    second = first + int.from_bytes(log[first + 4:first + 8], "little")
    third = second + int.from_bytes(log[second + 4:second + 8], "little")
    size = int.from_bytes(log[second + 4:second + 8], "little") + int.from_bytes(log[third + 4:third + 8], "little")
    for at in (second + 4, second + size - 4):
        log[at:at + 4] = size.to_bytes(4, "little")
    return log


def outputs(program, folder):
    """Lines of real output, as many kinds as there are."""
    def path(name):
        return os.path.join(folder, name)
    for name, text in (("rules.yml", RULES), ("test.yml", TEST), ("logons.yml", LOGONS)):
        with open(path(name), "w", encoding="utf-8") as file:
            file.write(text)
    log = os.path.join(HARBOR, "NH-DC01", "Security.evtx.gz")
    os.mkdir(path("texts"))
    with open(path("texts/notes.txt"), "w", encoding="utf-8") as file:
        file.write("not a log")
    with open(path("auth.log"), "w", encoding="utf-8") as file:  # times without a year
        file.write("Mar  4 11:00:00 web01 sshd[1]: one\n" * 8)
    with gzip.open(log) as file, open(path("torn.evtx"), "wb") as torn:
        torn.write(file.read()[:300000])
    with gzip.open(log) as file, open(path("merged.evtx"), "wb") as merged:
        merged.write(with_merged_record(bytearray(file.read())))
    runs = [
        ["hunt", "--event", "--custody", HARBOR],
        ["hunt", "--anomalies", path("torn.evtx")],
        ["hunt", path("auth.log")],
        ["hunt", path("texts")],
        ["hunt", "--rules", path("logons.yml"), log],
        ["tracks", HARBOR, path("torn.evtx"), path("merged.evtx")],
        ["rules", "check", path("rules.yml")],
        ["rules", "list", path("rules.yml")],
        ["rules", "test", path("test.yml")],
        ["rules", "blind", path("rules.yml"), log],
        ["rules", "explain", "--rules", path("rules.yml"), "8b0a5a0e-3f0a-4e4b-9c0e-6d8d2f3c1a11", log],
        ["rules", "explain", "--rules", path("rules.yml"), "8b0a5a0e-3f0a-4e4b-9c0e-6d8d2f3c1a13", log],
        ["rules", "explain", "e8ed9174-c179-548c-b690-2d82fe33f5d1", HARBOR],
    ]
    for arguments in runs:
        done = subprocess.run([program, *arguments, "-q", "--format", "ndjson"], capture_output=True, check=False)
        for line in done.stdout.decode().splitlines():
            yield " ".join(arguments[:2]), json.loads(line)


def main():
    schemas, failed = load_schemas(), []
    first, properties = {}, {name: set() for name in schemas}
    with tempfile.TemporaryDirectory(prefix="silhouette-schemas-") as folder:
        for run, value in outputs(sys.argv[1], folder):
            name = value["schema"].split("/")[1]
            if name not in schemas:
                failed.append(f"{run}: no schema for {value['schema']}")
                continue
            for error in list(schemas[name].iter_errors(value))[:3]:
                failed.append(f"{run}: {value['schema']} {list(error.absolute_path)}: {error.message[:200]}")
            if next(iter(value)) != "schema":
                failed.append(f"{run}: the first field is not 'schema'")
            first.setdefault(name, value)
            properties[name] |= set(value)
    for name, validator in schemas.items():
        if name not in first:
            failed.append(f"{name}: no output of this kind was seen")
            continue
        lacking = set(validator.schema["properties"]) - properties[name] - RARE.get(name, set())
        if lacking:
            failed.append(f"{name}: never seen: {sorted(lacking)}")
        extra = {**first[name], "unheard_of": 1}
        less = copy.deepcopy(first[name])
        del less[validator.schema["required"][-1]]
        if validator.is_valid(extra) or validator.is_valid(less):
            failed.append(f"{name}: takes objects that are not of its form")
    for line in failed[:40]:
        print(line)
    print(f"{len(schemas)} schemas, {len(failed)} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
