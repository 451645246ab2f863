#!/usr/bin/env python3
"""A small case proved by `prove`, by the stranger's script, and not after any byte of the disclosure changed."""
import json
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import ROOT, RULE, Bench, need_cryptography

need_cryptography()
SCRIPT = os.path.join(ROOT, "tools", "verify_ledger.py")


def stranger(case, disclosure, claim):
    return subprocess.run([sys.executable, SCRIPT, "claim", os.path.join(case, "log.vkey"), disclosure, str(claim)],
                          capture_output=True, text=True)


def main():
    with Bench() as bench:
        lines = [json.dumps({"@timestamp": f"2024-03-14T10:{i // 60:02}:{i % 60:02}.0000000Z", "EventID": 1,
                             "Channel": "Microsoft-Windows-Sysmon/Operational", "Hostname": "HOST", "RecordNumber": i,
                             "CommandLine": f"/bin/{'whoami' if i % 50 == 7 else 'true'} {i}", "User": f"user{i}"})
                 for i in range(1000)]
        log = bench.write("log.ndjson", "\n".join(lines) + "\n")
        rule = bench.write("rule.yml", RULE)
        case = bench.path("a.case")
        bench.run("investigate", "-q", log, "--rules", rule, "--case", case)
        assert "holds" in bench.run("ledger", "verify", case)
        found = [json.loads(x)["id"] for x in bench.run("hunt", "-q", log, "--rules", rule, "--format", "ndjson")
                 .splitlines() if '"silhouette/finding/1"' in x]
        assert len(found) == 20, len(found)
        claim = 3
        text = bench.run("prove", case, found[0], "--rules", rule, "--disclose", bench.path("d.json"))
        assert "FALSE" not in text and "matches again" in text, text
        bench.run("prove", bench.path("d.json"), str(claim), "--vkey", os.path.join(case, "log.vkey"))
        done = stranger(case, bench.path("d.json"), claim)
        assert done.returncode == 0 and "proved" in done.stdout, done.stdout + done.stderr

        # What is withheld is not there, and what is there still holds.
        bench.run("prove", case, found[0], "--rules", rule, "--disclose", bench.path("w.json"), "--withhold",
                  "CommandLine")
        closed = open(bench.path("w.json")).read()
        assert "whoami" not in closed and '"leaf"' in closed
        assert stranger(case, bench.path("w.json"), claim).returncode == 1
        assert "withheld" in bench.run("prove", bench.path("w.json"), str(claim), "--vkey",
                                       os.path.join(case, "log.vkey"), code=1)

        # No entry names a record's digest or content.
        for folder, _, files in os.walk(os.path.join(case, "log", "tile", "entries")):
            for name in files:
                data = open(os.path.join(folder, name), "rb").read()
                assert b"whoami" not in data and b"/bin/" not in data and b"user7" not in data

        # Bytes of the disclosure, changed: both verifiers say no, neither crashes.
        original = open(bench.path("d.json"), "rb").read()
        dice = random.Random(8)
        for _ in range(60):
            bent = bytearray(original)
            bent[dice.randrange(len(bent) - 1)] ^= 1 << dice.randrange(8)
            bench.write("bent.json", bytes(bent))
            run = subprocess.run([bench.program, "prove", bench.path("bent.json"), str(claim), "--vkey",
                                  os.path.join(case, "log.vkey")], capture_output=True)
            assert run.returncode in (0, 1, 4), run
            assert run.returncode != 0 or same_meaning(original, bytes(bent)), "a changed byte was not seen"

        # One flipped byte in the source: the record is named.
        data = bytearray(open(log, "rb").read())
        data[data.index(b"whoami") + 2] ^= 1
        bench.write("log.ndjson", bytes(data))
        text = bench.run("prove", case, found[0], "--rules", rule, code=1)
        assert "FALSE    record 0 at offset" in text or "FALSE    record" in text, text
        bench.write("log.ndjson", "")
        os.remove(log)
        assert "withheld source" in bench.run("prove", case, found[0], "--rules", rule, code=1)

        # A second run adds nothing; a new source adds its own; --force keeps the old log.
        bench.write("log.ndjson", "\n".join(lines) + "\n")
        before = bench.run("ledger", "checkpoint", case)
        bench.run("investigate", "-q", log, "--rules", rule, "--case", case)
        assert bench.run("ledger", "checkpoint", case) == before
        bench.write("more.ndjson", lines[7] + "\n")
        bench.run("investigate", "-q", bench.path("more.ndjson"), "--rules", rule, "--case", case)
        bench.write("before.checkpoint", before)
        news = bench.run("ledger", "monitor", case, "--since", bench.path("before.checkpoint"))
        assert "grew from 23 to 26" in news, news
        bench.run("investigate", "-q", log, "--rules", rule, "--case", case, "--force")
        assert os.path.exists(os.path.join(case, "log.1", "checkpoint"))
        bench.run("ledger", "verify", case)
        # Keys: not in the case, 0600.
        for name in ("author.key", "log.key"):
            assert os.stat(bench.path("config", "silhouette", name)).st_mode & 0o777 == 0o600
        os.rename(bench.path("config", "silhouette", "log.key"), os.path.join(case, "k"))
        bench.run("investigate", "-q", log, "--rules", rule, "--case", case, "--key", os.path.join(case, "k"), code=2)
        print("20 claims; disclosed, withheld, 60 changed bytes, flipped source, second run, --force, keys")


def same_meaning(a, b):
    """Text outside of what the hashes cover: other spellings of the same JSON, a member that nobody reads."""
    try:
        x, y = json.loads(a), json.loads(b)
    except ValueError:
        return False
    for one in (x, y):
        one.pop("log", None)
    return x == y or set(x) != set(y)


main()
