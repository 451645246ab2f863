#!/usr/bin/env python3
"""Runs the rows of the Sigma conformance table that rsigma can take and writes the side-by-side table.

rsigma_compare.py ROWS TABLE PEER PAGE [--check]

ROWS is the program conformance_rows, TABLE the folder tests/golden/sigma, PEER the rsigma program, PAGE the page to
write (docs/conformance.md). With --check nothing is written: exit 1 when the page is not what would be written. Exit 77
(skipped) without the peer.
"""
import json
import os
import subprocess
import sys
import tempfile

TITLES = {
    "1-strings.yml": "Strings, wildcards, escapes, case",
    "2-values.yml": "Values, arrays, keywords",
    "3-modifiers.yml": "Modifiers against every kind of value",
    "4-pairs.yml": "Pairs of modifiers",
    "5-refusals.yml": "Keys and values to be refused",
    "6-conditions.yml": "Conditions",
    "7-documents.yml": "Rule files and collections",
    "8-filters.yml": "Filters",
}
HEAD = """# Conformance: silhouette and rsigma side by side

Generated, not typed; written by
`tests/conformance/rsigma_compare.py ROWS tests/golden/sigma RSIGMA docs/conformance.md`, where ROWS is the built
program `conformance_rows`. A test fails when this page is out of date.

The peer is {version}, run as `rsigma engine eval` on each rule with its events as JSON. A row is one event and the
verdict that the [table](../tests/golden/sigma/README.md) demands, or one rule that must be refused.
*Specification* rows stand on the text of Sigma 2.1; *decision* rows on a choice of ours where it is silent
([decisions](decisions/sigma.md)), so another answer there is another choice, not an error. Where rsigma refuses a
rule that is legal, it has no verdict on its rows. That silhouette is right on every row is what its own tests demand:
the table is ours; what it shows is where the other engine answers otherwise.
"""
MARK = "zz_row"  # a number: rsigma searches texts only, so it takes no part in any verdict


def why_not(group):
    """Why a group is not asked; None when it is."""
    if group["file"] not in TITLES:
        return "routing: rsigma takes events without their log"
    if "|expand" in group["rules"]:
        return "placeholders: rsigma takes no list files"
    if not group["rows"] and not group["refused"]:
        return "no event: about lints and counts of documents"
    return None


def can_take(row):
    event = json.loads(row["event"])
    return not any(key in event for key in ("_raw", "_time", "logsource", "Channel"))


def ask(peer, folder, group, rows):
    """(refused, set of the rows that matched): what rsigma says of one group."""
    rules, events = os.path.join(folder, "rules.yml"), os.path.join(folder, "events.ndjson")
    with open(rules, "w", encoding="utf-8", newline="") as out:
        out.write(group["rules"])
    with open(events, "w", encoding="utf-8") as out:
        for number, row in enumerate(rows or [{"event": "{}"}]):
            comma = "" if row["event"] == "{}" else ","
            out.write(f'{row["event"][:-1]}{comma}"{MARK}":{number}}}\n')
    run = subprocess.run([peer, "engine", "eval", "-r", rules, "-e", "@" + events, "--include-event", "--input-format",
                          "json", "--output-format", "ndjson"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         check=False)
    errors = run.stderr.decode("utf-8", "replace").lower()
    refused = run.returncode not in (0, 1) or "error" in errors
    matched = set()
    for line in run.stdout.decode("utf-8", "replace").splitlines():
        if line.startswith("{"):
            matched.add(json.loads(line).get("event", {}).get(MARK))
    return refused, matched


class Tally:
    def __init__(self):
        self.rows = self.ours = self.theirs = self.refused = 0


def tally_of(tallies, group, decided):
    return tallies.setdefault((group["file"], "decision" if decided else "specification"), Tally())


def compare_group(peer, folder, group, tallies, differences):
    rows = [row for row in group["rows"] if can_take(row)]
    refused, matched = ask(peer, folder, group, rows)
    where = f'{group["file"]}:{group["line"]} {group["section"]}'
    if group["refused"]:
        tally = tally_of(tallies, group, group["section"].startswith("decision"))
        tally.rows += 1
        tally.ours += group["ours_refused"]
        tally.theirs += refused
        if not refused:
            differences.append((group, where, "must be refused, rsigma loads it"))
    elif refused and rows:
        for row in rows:
            tally = tally_of(tallies, group, row["decided"])
            tally.rows += 1
            tally.ours += row["match"] == row["ours"]
            tally.refused += 1
        differences.append((group, where, f"rsigma refuses the rule ({len(rows)} rows)"))
        return
    for number, row in enumerate(rows):
        tally = tally_of(tallies, group, row["decided"])
        tally.rows += 1
        tally.ours += row["match"] == row["ours"]
        right = (number in matched) == row["match"]
        tally.theirs += right
        if not right:
            event = row["event"] if len(row["event"]) <= 120 else row["event"][:100] + "..." + row["event"][-15:]
            verb = ("by decision, " if row["decided"] and not group["section"].startswith("decision") else "") + (
                "must match" if row["match"] else "must not match")
            differences.append((group, where, f'{verb} `{event.replace("`", "?")}`'))


def table_of(tallies):
    out = ["| part | stands on | rows | silhouette right | rsigma right | rsigma refuses the rule |",
           "| --- | --- | ---: | ---: | ---: | ---: |"]
    total = Tally()
    for (name, kind), tally in sorted(tallies.items(), key=lambda item: (item[0][0], item[0][1] == "decision")):
        out.append(f"| {TITLES[name]} | {kind} | {tally.rows} | {tally.ours} | {tally.theirs} | {tally.refused} |")
        for field in ("rows", "ours", "theirs", "refused"):
            setattr(total, field, getattr(total, field) + getattr(tally, field))
    out.append(f"| **all** | | **{total.rows}** | **{total.ours}** | **{total.theirs}** | **{total.refused}** |")
    return out


def page_of(groups, peer, version):
    tallies, differences, left = {}, [], {}
    with tempfile.TemporaryDirectory() as folder:
        for group in groups:
            reason = why_not(group)
            count = len(group["rows"]) + (group["refused"] or not group["rows"])
            if reason:
                left[reason] = left.get(reason, 0) + count
                continue
            apart = sum(not can_take(row) for row in group["rows"])
            if apart:
                reason = "events that name their log or raw line"
                left[reason] = left.get(reason, 0) + apart
            compare_group(peer, folder, group, tallies, differences)
    out = HEAD.format(version=version).split("\n")
    out += table_of(tallies)
    out += ["", "Rows that were not asked:", ""]
    out += [f"- {count} rows: {reason}" for reason, count in sorted(left.items()) if count]
    out += ["", "## Where rsigma differs", ""]
    last = None
    for group, where, text in differences:
        if where != last:
            out.append(f"- {where}")
            last = where
        out.append(f"  - {text}")
    return "\n".join(out) + "\n"


def main():
    check = "--check" in sys.argv
    arguments = [word for word in sys.argv[1:] if word != "--check"]
    if len(arguments) != 4:
        print(__doc__)
        return 2
    program, table, peer, page = arguments
    if not os.access(peer, os.X_OK):
        print("skipped: no rsigma beside the project")
        return 77
    version = subprocess.run([peer, "--version"], stdout=subprocess.PIPE, check=False).stdout.decode().strip()
    lines = subprocess.run([program, table], stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
    text = page_of([json.loads(line) for line in lines], os.path.abspath(peer), version)
    if not check:
        with open(page, "w", encoding="utf-8") as out:
            out.write(text)
        return 0
    with open(page, encoding="utf-8") as before:
        if before.read() == text:
            return 0
    print(f"{page} is out of date; write it again with rsigma_compare.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
