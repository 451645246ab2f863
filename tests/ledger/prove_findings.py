#!/usr/bin/env python3
"""100 findings in EVTX samples, proved from claim to bytes by `prove` and by the stranger's script; the record's bytes
are found once more in the file itself, and the disclosed values by a second parser (evtx_dump, where it lies beside the
project). Then one flipped byte names the record."""
import base64
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import ROOT, SHARED, Bench, need_cryptography, skip

need_cryptography()
SAMPLES = os.path.join(SHARED, "data", "evtx")
RULES = os.path.join(SHARED, "data", "sigmahq", "rules")
SCRIPT = os.path.join(ROOT, "tools", "verify_ledger.py")
PARSER = os.path.join(SHARED, "peers", "evtx_dump")
COUNT = 100


class SecondParser:
    """What evtx_dump reads of a file's records."""

    def __init__(self):
        self.there, self.files, self.values = os.access(PARSER, os.X_OK), {}, 0

    def records(self, path):
        if path not in self.files:
            done = subprocess.run([PARSER, "-o", "jsonl", path], capture_output=True, text=True, errors="replace")
            events = [json.loads(x)["Event"] for x in done.stdout.splitlines() if x.startswith("{")]
            self.files[path] = [(event["System"], leaves(event)) for event in events]
        return self.files[path]

    def check(self, path, locator, fields):
        """One record of this number, computer and channel has all the values that the claim discloses."""
        if not self.there:
            return
        same = [values for system, values in self.records(path)
                if str(system["EventRecordID"]) == locator["record_id"] and system["Computer"] == locator["host"]
                and system["Channel"] == locator["channel"]]
        wanted = {f["name"]: f["value"] for f in fields if f["name"] not in ("summary", "time")}
        assert any(all(v in values for v in wanted.values()) for values in same), (path, locator, wanted, same)
        self.values += len(wanted)


def leaves(value):
    if isinstance(value, dict):
        return set().union(*map(leaves, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(leaves, value)) if value else set()
    return {value if isinstance(value, str) else json.dumps(value)}


def main():
    if not os.path.isdir(SAMPLES):
        skip(f"no EVTX samples under {SAMPLES}")
    if not os.path.isdir(RULES):
        skip(f"no SigmaHQ rules under {RULES}")
    with Bench() as bench:
        case = bench.path("evtx.case")
        bench.run("investigate", "-q", SAMPLES, "--rules", RULES, "--case", case, "--claim-level", "low", code=None)
        found, source = [], {}
        for line in bench.run("hunt", "-q", SAMPLES, "--rules", RULES, "--format", "ndjson", code=None).splitlines():
            item = json.loads(line)
            if item["schema"] == "silhouette/finding/1" and item["kind"] == "sigma" and "joined" not in item \
                    and item["rule"]["level"] != "informational" and len(item["citations"][0]["spans"]) == 1:
                found.append((item["id"], item["citations"][0]["source"]["path"]))
        step = max(1, len(found) // COUNT)
        chosen = found[::step][:COUNT]
        assert len(chosen) == COUNT, len(found)
        second = SecondParser()
        for finding, path in chosen:
            steps = bench.run("prove", case, finding, "--disclose", bench.path("d.json"))
            assert "FALSE" not in steps and "matches again" in steps, steps
            disclosure = json.load(open(bench.path("d.json")))
            claim = int(disclosure["claim"]["proof"].split("index ")[1].split("\n")[0])
            done = subprocess.run([sys.executable, SCRIPT, "claim", os.path.join(case, "log.vkey"),
                                   bench.path("d.json"), str(claim)], capture_output=True, text=True)
            assert done.returncode == 0, done.stdout
            record = disclosure["records"][0]
            data = base64.b64decode(record["bytes"])
            with open(disclosure["file"]["content"]["name"], "rb") as file:
                file.seek(record["offset"])
                assert file.read(len(data)) == data and data[:4] == b"**\0\0"
            second.check(path, disclosure["citations"][0]["content"]["locator"],
                         [item["content"] for item in disclosure["fields"]])
        # One flipped byte in a copy of the last one's source.
        copy = bench.path("flipped.evtx")
        shutil.copyfile(disclosure["file"]["content"]["name"], copy)
        os.chmod(copy, 0o600)
        with open(copy, "r+b") as file:
            file.seek(record["offset"] + len(data) // 2)
            byte = file.read(1)[0]
            file.seek(-1, 1)
            file.write(bytes([byte ^ 1]))
        steps = bench.run("prove", case, chosen[-1][0], "--source", copy, code=1)
        false = [x for x in steps.splitlines() if x.startswith("FALSE")]
        assert any(f"at offset {record['offset']}" in x for x in false), steps
        print(f"{COUNT} findings of {len(found)} proved twice; a flipped byte names the record; " +
              (f"{second.values} values read by evtx_dump too" if second.there else "no second parser here"))


main()
