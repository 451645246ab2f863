#!/usr/bin/env python3
"""Alerts per host and day on the ordinary work of examples/harbor: benign_report.py PROGRAM [--write].

Counts the findings of the built-in rules whose records the incident did not make (tests/golden/harbor/
incident-records.json), and beside them how much of the incident is found. --write writes docs/rules/benign.md,
with SigmaHQ's rules if ../shared has them. Without it the built-in part of that page is compared: exit 1 if it differs,
or if a host and day of ordinary work raises more than LIMIT alerts of level medium or higher.
"""
import collections
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join(ROOT, "docs/rules/benign.md")
SIGMAHQ = os.path.join(os.path.dirname(ROOT), "shared/data/sigmahq")
FOLDERS = ("rules", "rules-emerging-threats", "rules-threat-hunting")
LEVELS = ("informational", "low", "medium", "high", "critical")
ALARMS = LEVELS[2:]
LIMIT = 0  # the most alerts of level medium or higher on one host and day of ordinary work, built-in rules
BETWEEN = "\n<!-- SigmaHQ: written where its rules are at hand -->\n"


def hunt(program, *rules):
    done = subprocess.run([program, "hunt", "examples/harbor", "-q", "--format", "ndjson", *rules], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"hunt: exit {done.returncode}\n{done.stderr}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [line for line in lines if line["schema"] == "silhouette/finding/1"]


def place(finding):
    return (finding["host"].split(".")[0], finding["channel"], str(finding["record_id"]))


def incident():
    with open(os.path.join(ROOT, "tests/golden/harbor/incident-records.json"), encoding="utf-8") as file:
        rows = json.load(file)["incident"]
    return {(row["host"], row["channel"], str(record)) for row in rows for record in row["records"]}


def steps():
    with open(os.path.join(ROOT, "tests/golden/harbor/expected-steps.json"), encoding="utf-8") as file:
        return [(row["host"], row["channel"], str(row["record_id"])) for row in json.load(file)["steps"]]


def parted(findings, planted):
    """(ordinary, of the incident). A correlation is the incident's when one of its members is."""
    spans = {(where["source"]["path"], where["spans"][0]["offset"])
             for finding in findings if finding["kind"] == "sigma" and place(finding) in planted
             for where in finding["citations"]}
    ordinary, hostile = [], []
    for finding in findings:
        members = ((where["source"]["path"], where["spans"][0]["offset"]) for where in finding["citations"])
        mine = place(finding) in planted or (finding["kind"] == "correlation" and any(m in spans for m in members))
        (hostile if mine else ordinary).append(finding)
    return ordinary, hostile


def host_days(program):
    """Events of each host and day."""
    done = subprocess.run([program, "dump", "examples/harbor", "-q", "--format", "ndjson"], cwd=ROOT,
                          capture_output=True, text=True, check=True)
    days = collections.Counter()
    for line in done.stdout.splitlines():
        row = json.loads(line)
        if "Event" not in row:  # the audit log of the Linux host
            days[row["node"].split(".")[0], row["@time"]["value"][:10]] += 1
            continue
        system = row["Event"]["System"]
        days[system["Computer"].split(".")[0], system["TimeCreated"]["#attributes"]["SystemTime"][:10]] += 1
    return days


def level_table(days, ordinary):
    counts = collections.Counter((f["host"].split(".")[0], f["time"][:10], f["rule"]["level"]) for f in ordinary)
    rows = [f"| host | day | events | {' | '.join(LEVELS)} |", "| --- " * (3 + len(LEVELS)) + "|"]
    for (host, day), events in sorted(days.items()):
        rows.append(f"| {host} | {day} | {events} | {' | '.join(str(counts[host, day, l]) for l in LEVELS)} |")
    alarms = [sum(counts[host, day, level] for level in ALARMS) for host, day in days]
    rows.append(f"\nMedium or higher: {sum(alarms)} on {len(days)} host-days, {sum(alarms) / len(days):.2f} "
                f"a host-day, at most {max(alarms)}.")
    return rows, max(alarms)


def rule_table(ordinary, levels):
    counts = collections.Counter((f["rule"]["level"], f["rule"]["title"]) for f in ordinary)
    order = sorted(counts.items(), key=lambda row: (-LEVELS.index(row[0][0]), -row[1], row[0][1]))
    rows = ["| level | rule | findings |", "| --- | --- | --- |"]
    return rows + [f"| {level} | {title} | {count} |" for (level, title), count in order if level in levels]


def recall(hostile):
    planted = steps()
    seen = {place(f) for f in hostile}
    loud = {place(f) for f in hostile if f["rule"]["level"] in ALARMS}
    return (f"Of the incident's {len(planted)} planted events {sum(p in seen for p in planted)} have a finding of any "
            f"level, {sum(p in loud for p in planted)} one of level medium or higher.")


def correlation_table(ordinary, hostile):
    rows = ["| level | correlation | on the incident | on ordinary work |", "| --- | --- | --- | --- |"]
    counts = collections.defaultdict(lambda: [0, 0])
    for part, findings in enumerate((hostile, ordinary)):
        for finding in findings:
            if finding["kind"] == "correlation":
                counts[finding["rule"]["level"], finding["rule"]["title"]][part] += 1
    return rows + [f"| {level} | {title} | {mine} | {other} |"
                   for (level, title), (mine, other) in sorted(counts.items(), key=lambda row: row[0][1])]


def built_in(program, days, planted):
    ordinary, hostile = parted(hunt(program), planted)
    table, worst = level_table(days, ordinary)
    text = ["# Alerts on ordinary work", "",
            "Written by `tests/rules/benign_report.py PROGRAM --write`; ctest `rules.benign` keeps the built-in part.",
            "",
            "`examples/harbor` is five days of four servers with one intrusion in them. Every record that the",
            "incident's script made is known (`tests/golden/harbor/incident-records.json`); a finding on any other",
            "record is an alert on ordinary work. A correlation counts as the incident's when one of its members is.",
            "The days are made up: they hold what administrators do every day, and no claim about any other network",
            "follows from them.", "",
            "## The built-in rules", "", *table, "",
            f"The test fails above {LIMIT} of level medium or higher on one host and day.", recall(hostile), "",
            "### Which rules speak on ordinary work", "", *rule_table(ordinary, LEVELS), "",
            "### Correlations", "", *correlation_table(ordinary, hostile)]
    return "\n".join(text) + "\n", worst


def sigmahq(program, days, planted):
    rules = [part for folder in FOLDERS for part in ("--rules", os.path.join(SIGMAHQ, folder))]
    ordinary, hostile = parted(hunt(program, *rules), planted)
    table = level_table(days, ordinary)[0]
    return "\n".join(["", f"## SigmaHQ's {', '.join(FOLDERS)}", "", *table, "", recall(hostile), "",
                      "Rules of level medium or higher that speak on ordinary work:", "",
                      *rule_table(ordinary, ALARMS)]) + "\n"


def main():
    program = os.path.abspath(sys.argv[1])
    days, planted = host_days(program), incident()
    text, worst = built_in(program, days, planted)
    if "--write" in sys.argv[2:]:
        if os.path.isdir(SIGMAHQ):
            text += BETWEEN + sigmahq(program, days, planted)
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(text)
        return 0
    with open(PAGE, encoding="utf-8") as file:
        kept = file.read().split(BETWEEN)[0]
    if kept != text:
        print("docs/rules/benign.md is not what the rules say: benign_report.py PROGRAM --write; it would be\n" + text)
    if worst > LIMIT:
        print(f"{worst} alerts of level medium or higher on one host and day of ordinary work, the limit is {LIMIT}")
    return 1 if kept != text or worst > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
