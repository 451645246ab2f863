#!/usr/bin/env python3
"""The record that was taken out of the example's Security log is hunted like others and never as one of them: by `hunt`
in every form, by `investigate` on its screen, in its page and its case; its finding is claimed, and proved down to its
bytes by `prove` and by the stranger's script. A changed byte of it is found."""
import csv
import gzip
import io
import json
import os
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import ROOT, Bench, need_cryptography

need_cryptography()
LOG = os.path.join(ROOT, "examples", "harbor", "NH-DC01", "Security.evtx.gz")
SCRIPT = os.path.join(ROOT, "tools", "verify_ledger.py")
RULE = """title: Logon from the jump host's address
id: 5b1f3f4e-5a44-4b7e-9a55-0f6d3c1f7a01
level: high
logsource: {product: windows, service: security}
detection: {s: {EventID: 4624, TargetUserName: adm.lindqvist, IpAddress: 10.40.1.20}, condition: s}
"""
HOW = "hidden inside another record; mended: size copy"


def hunts(bench, log, rule):
    written = bench.run("hunt", log, "--rules", rule, "-q", "--format", "ndjson")
    lines = [json.loads(line) for line in written.splitlines()]
    source = next(line for line in lines if line["schema"] == "silhouette/source/1")
    found = [line for line in lines if line["schema"] == "silhouette/finding/1"]
    back = [one for one in found if "recovered" in one]
    assert source["recovered"] == 1 and len(back) == 1 and len(found) > 1, (source, len(found), back)
    assert back[0]["recovered"] == HOW and back[0]["time"].startswith("2024-03-15T05:25:02"), back
    assert sum(one["time"] == back[0]["time"] and one["record_id"] == back[0]["record_id"] for one in found) == 1
    events = sum(1 for _ in bench.run("dump", log).splitlines())
    assert source["events"] == events, "what is brought back is no ordinary event"

    table = bench.run("hunt", log, "--rules", rule, "-q", "--format", "table").splitlines()
    assert [line.count("[recovered]") for line in table if "2024-03-15 05:25:02" in line] == [1], table
    rows = list(csv.DictReader(io.StringIO(bench.run("hunt", log, "--rules", rule, "-q", "--format", "csv"))))
    assert [row["recovered"] for row in rows if row["recovered"]] == [HOW]
    line = [one for one in bench.run("hunt", log, "--rules", rule, "-q", "--format", "timesketch").splitlines()
            if '"recovered":' in one]
    assert len(line) == 1 and "recovered" in json.loads(line[0])["tag"]
    said = subprocess.run([bench.program, "hunt", log, "--rules", rule], capture_output=True, text=True).stderr
    assert f"{events:,} events (and 1 recovered record)" in said and "(1 on recovered records)" in said, said
    return back[0]


def outcomes(bench, case, content, claim):
    file, vkey = bench.write("d.json", json.dumps(content)), os.path.join(case, "log.vkey")
    ours = bench.run("prove", file, claim, "--vkey", vkey, code=None).splitlines()[-1].split()[1]
    theirs = subprocess.run([sys.executable, SCRIPT, "claim", vkey, file, claim], capture_output=True, text=True)
    return ours, theirs.stdout.splitlines()[-1].split()[0].lower()


def main():
    with Bench() as bench:
        with gzip.open(LOG) as file:
            log = bench.write("Security.evtx", file.read())
        rule = bench.write("rule.yml", RULE)
        back = hunts(bench, log, rule)
        again = hunts(bench, LOG, rule)  # packed
        assert again["id"] == back["id"] and again["citations"][0]["sha256"] == back["citations"][0]["sha256"]

        case = bench.path("one.case")
        screen = bench.run("investigate", log, "--rules", rule, "--case", case, "-q")
        assert "1 more recovered" in screen and "[recovered]" in screen, screen
        with open(os.path.join(case, "report.html"), encoding="utf-8") as file:
            page = file.read()
        assert '<span class="rec">recovered</span>' in page and HOW in page
        with sqlite3.connect(os.path.join(case, "case.db")) as rows:
            assert rows.execute("SELECT how FROM recovered_findings JOIN findings USING(finding) WHERE id=?",
                                [back["id"]]).fetchall() == [(HOW,)]
            assert rows.execute("SELECT records FROM recovered_records").fetchall() == [(1,)]

        text = bench.run("prove", case, back["id"], "--disclose", bench.path("d.json"), "--rules", rule)
        assert "matches again" in text and "the same" in text, text
        with open(bench.path("d.json"), encoding="utf-8") as file:
            content = json.load(file)
        claim = content["claim"]["proof"].split("index ")[1].split("\n")[0]
        assert content["claim"]["entry"]["body"]["recovered"] is True
        assert len(content["records"]) == 1 and "index" not in content["records"][0]
        assert outcomes(bench, case, content, claim) == ("proved", "proved")
        content["records"][0]["bytes"] = "AAAA" + content["records"][0]["bytes"][4:]
        assert outcomes(bench, case, content, claim) == ("false", "false")

        span = back["citations"][0]["spans"][0]
        with open(log, "r+b") as file:
            file.seek(span["offset"] + 60)
            byte = file.read(1)
            file.seek(span["offset"] + 60)
            file.write(bytes([byte[0] ^ 1]))
        text = bench.run("prove", case, back["id"], "--rules", rule, code=1)
        assert "FALSE" in text, text
        print("a record taken out is hunted, marked, claimed and proved; a changed byte of it is found")


main()
