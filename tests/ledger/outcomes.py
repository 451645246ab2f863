#!/usr/bin/env python3
"""The outcomes of a proof, each brought about: proved, parser dispute (a claim whose bytes hold and whose values
another reader reads otherwise; drafted and salted here from docs/ledger-format.md), withheld (fields, bytes, a record
left out, a source that is gone), false; and erasure: bytes and secret destroyed, the log still valid."""
import hashlib
import hmac
import json
import os
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import ROOT, Bench, need_cryptography
from foreign_log import b64, canonical, sha, tree

need_cryptography()
SCRIPT = os.path.join(ROOT, "tools", "verify_ledger.py")
RULE = """title: Someone asked who he is
id: 11111111-2222-4333-8444-555555555556
status: test
level: {level}
logsource: {{product: windows, category: process_creation}}
detection:
  selection: {{CommandLine|contains: whoami}}
  condition: selection
"""
PREFIX = "ledger.source."


def listed(items):
    return {"count": len(items), "root": b64(tree(items))}


def claim_of(case, value):
    """The claim of the case's one finding, its matched value being `value`; the finding in the case says the same."""
    db = sqlite3.connect(os.path.join(case, "case.db"))
    db.row_factory = sqlite3.Row
    found, source = db.execute("SELECT * FROM findings").fetchone(), db.execute("SELECT * FROM sources").fetchone()
    rule = db.execute("SELECT * FROM rules").fetchone()
    known = db.execute("SELECT value FROM meta WHERE key=?", (PREFIX + source["sha256"],)).fetchone()[0]
    secret, span = bytes.fromhex(known[:64]), json.loads(found["spans"])[0]
    db.execute("UPDATE findings SET fields=?", (json.dumps([["CommandLine", value, "selection"]]),))
    db.commit()
    key = f"{found['id']} {source['sha256']}"

    def leaf(label, content):
        return sha(b"\0", hmac.digest(secret, label.encode(), "sha256"), content.encode())

    cite = canonical({
        "deps": [], "file": {"name": source["path"], "sha256": source["sha256"], "size": str(source["size"])},
        "locator": {"channel": found["channel"], "host": found["host"], "record_id": str(found["record_id"])},
        "parser": {"name": "silhouette/" + source["format"], "version": "0.1.0"}, "record": found["sha256"],
        "rule": {"fields": ["CommandLine"], "id": rule["id"], "sha256": rule["sha256"]}, "schema": "silhouette-cite/1",
        "spans": [span], "view": hashlib.sha256(canonical([["CommandLine", value]]).encode()).hexdigest()})
    pairs = [("summary", found["summary"]), ("time", found["time"]), ("host", found["host"]),
             ("channel", found["channel"]), ("event_id", str(found["event_id"])), ("CommandLine", value)]
    fields = [leaf(f"field {key} {i}", canonical({"name": n, "value": v})) for i, (n, v) in enumerate(pairs)]
    salt = hmac.digest(secret, span[0].to_bytes(8, "big"), "sha256")
    return {"citations": listed([leaf(f"cite {key} 0", cite)]), "fields": listed(fields),
            "finding": b64(leaf("finding " + key, found["id"])), "text": rule["title"], "tlp": "amber",
            "confidence": "observed", "commitments": [
                {"deposit": 1, "record": span[0], "leaf": b64(sha(b"\0", salt, bytes.fromhex(found["sha256"])))}]}


class Case:
    def __init__(self, bench, level, *options):
        self.bench, self.case, self.rule = bench, bench.path(f"{level}.case"), bench.path(f"{level}.yml")
        bench.write(f"{level}.yml", RULE.format(level=level))
        lines = [json.dumps({"@timestamp": f"2024-03-14T10:00:0{i}.0000000Z", "EventID": 1,
                             "Channel": "Microsoft-Windows-Sysmon/Operational", "Hostname": "HOST", "RecordNumber": i,
                             "CommandLine": f"/bin/{'whoami' if i == 1 else 'true'} {i}"}) for i in range(3)]
        self.log = bench.write(f"{level}.ndjson", "\n".join(lines) + "\n")
        bench.run("investigate", "-q", self.log, "--rules", self.rule, "--case", self.case, *options)
        db = sqlite3.connect(os.path.join(self.case, "case.db"))
        self.finding = db.execute("SELECT id FROM findings").fetchone()[0]

    def prove(self, outcome, *options):
        """The lines of `prove`; the disclosure, checked by the stranger's script and by the program, beside."""
        file = self.bench.path("d.json")
        text = self.bench.run("prove", self.case, self.finding, "--rules", self.rule, "--disclose", file, *options,
                              code=0 if outcome == "proved" else 1)
        assert text.splitlines()[-1] == f"outcome  {outcome}", text
        return text, self.stranger(file), self.outcome_of(file)

    def stranger(self, file):
        done = subprocess.run([sys.executable, SCRIPT, "claim", os.path.join(self.case, "log.vkey"), file, "3"],
                              capture_output=True, text=True)
        return done.stdout.splitlines()[-1].split(" ")[0]

    def outcome_of(self, file):
        text = self.bench.run("prove", file, "3", "--vkey", os.path.join(self.case, "log.vkey"), code=None)
        return text.splitlines()[-1].removeprefix("outcome  ")


def dispute(bench):
    """No claim of ours; one by a reader that read another value from the same bytes."""
    case = Case(bench, "low", "--claim-level", "critical")
    entry = bench.sign(bench.path("config", "silhouette", "author.key"), "claim", claim_of(case.case, "/bin/whoami 2"))
    bench.run("ledger", "append", case.case, bench.write("entry", entry + "\n"))
    text, stranger, told = case.prove("parser dispute")
    assert (stranger, told) == ("proved", "proved"), (stranger, told)  # the bytes are there; what they say is disputed
    said = [line for line in text.splitlines() if line.startswith("dispute")]
    assert said == ["dispute  field CommandLine = /bin/whoami 2; found /bin/whoami 1"], text
    assert "FALSE" not in text and "the same" not in text, text


def withheld(bench, case):
    text, stranger, told = case.prove("proved", "--withhold", "CommandLine")  # for whom the source lies at hand
    disclosure = open(bench.path("d.json")).read()
    assert (stranger, told) == ("withheld", "withheld") and "whoami" not in disclosure, (stranger, told)
    assert '"HOST"' in disclosure and "of 6 opened" in text and "withheld" in text, text  # field by field
    _, stranger, told = case.prove("proved", "--withhold-bytes")
    disclosure = json.load(open(bench.path("d.json")))
    assert (stranger, told) == ("withheld", "withheld"), (stranger, told)
    assert any("whoami" in item.get("content", {}).get("value", "") for item in disclosure["fields"]), "open"
    case.prove("proved")
    disclosure = json.load(open(bench.path("d.json")))
    disclosure["records"] = []
    bench.write("short.json", canonical(disclosure))
    assert case.outcome_of(bench.path("short.json")) == "withheld"
    assert case.stranger(bench.path("short.json")) == "withheld"
    del disclosure["fields"][0]
    bench.write("short.json", canonical(disclosure))
    assert case.outcome_of(bench.path("short.json")) == "false" and case.stranger(bench.path("short.json")) == "FALSE"


def main():
    with Bench() as bench:
        dispute(bench)
        case = Case(bench, "high")
        assert case.prove("proved")[1:] == ("proved", "proved")
        withheld(bench, case)
        original = open(case.log, "rb").read()
        bench.write("high.ndjson", original.replace(b"whoami", b"whoamj"))
        assert "FALSE    record 1 at offset" in case.prove("false")[0]
        os.remove(case.log)
        assert "withheld source" in case.prove("withheld")[0]
        # Erasure: the bytes are gone; now the secret. The log stands as it stood, the proof says why there is none.
        before = bench.run("ledger", "checkpoint", case.case)
        db = sqlite3.connect(os.path.join(case.case, "case.db"))
        assert db.execute("DELETE FROM meta WHERE key LIKE ?", (PREFIX + "%",)).rowcount == 1
        db.commit()
        db.close()
        assert "4 entries, 1 claims" in bench.run("ledger", "verify", case.case)
        assert bench.run("ledger", "checkpoint", case.case) == before
        done = subprocess.run([bench.program, "prove", case.case, case.finding, "--rules", case.rule],
                              capture_output=True, text=True, env=bench.environment)
        assert done.returncode == 2 and "its secret was destroyed" in done.stderr, done
        print("proved, parser dispute, withheld (field, bytes, record, source), false, erased: each as it is named")


main()
