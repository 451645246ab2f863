#!/usr/bin/env python3
"""Correlations over many events and live groups: scale_test.py PROGRAM [--events N] [--groups N].

Makes JSON lines out of a fixed seed and runs the program on them
- with a rule that matches nothing and with correlations over silent rules: the peak may differ by 64 MB at most;
- with 1, 2 and 5 threads: the output must be equal to the byte;
- with the lines in another order, over other files: the same firings (group, value, first, last, number of members);
- as a case, its sources in one run, one by one, and one by one backwards: the same findings, ids and citations.
The firings are also counted by a plain program below. Prints the figures; exit 1 if a demand does not hold.
"""
import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict

LIMIT = 64 << 20
SPAN = 3600
BASE = """title: Seen
id: 22222222-0000-4000-8000-000000000001
name: seen
status: test
logsource: {product: windows, service: security}
detection:
  selection: {EventID: 4625}
  condition: selection
level: low
"""
CORRELATIONS = """---
title: Often
id: 22222222-0000-4000-8000-000000000002
name: often
status: test
correlation: {type: event_count, rules: seen, group-by: [User], timespan: 1h, condition: {gte: 3}}
level: medium
---
title: Many addresses
id: 22222222-0000-4000-8000-000000000003
status: test
correlation:
  type: value_count
  rules: seen
  group-by: [User]
  timespan: 1h
  condition: {field: Address, gte: 3}
level: medium
---
title: Often, again and again
id: 22222222-0000-4000-8000-000000000004
status: test
correlation: {type: event_count, rules: often, timespan: 1h, condition: {gte: 3}}
level: high
"""


def make_events(count, groups):
    """(second, user, address): every user stays live to the end of the day."""
    rng = random.Random(5)
    return [(rng.randrange(86400 * 10) / 10, f"user{rng.randrange(groups):06d}", f"10.0.0.{rng.randrange(40)}")
            for _ in range(count)]


def line(number, event):
    second, user, address = event
    whole, part = int(second), int(round(second % 1 * 10))
    clock = f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{part}"
    return (f'{{"EventTime":"2024-05-01T{clock}Z","Hostname":"dc1","Channel":"Security","EventID":4625,'
            f'"RecordNumber":{number + 1},"User":"{user}","Address":"{address}"}}\n')


def write(folder, lines, files):
    os.makedirs(folder)
    size = -(-len(lines) // files)
    for i in range(files):
        with open(f"{folder}/{i}.json", "w") as out:
            out.writelines(lines[i * size:(i + 1) * size])


# A child's peak counts the memory of the process that forked it until it became another program, so a small one in
# between forks it and says the peak on its last line.
MEASURE = """import os, sys
pid = os.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def run(command, **options):
    """Runs to the end; returns the peak resident memory in bytes."""
    done = subprocess.run([sys.executable, "-S", "-c", MEASURE, *command], stderr=subprocess.PIPE, text=True,
                          check=False, **options)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")
    return int(done.stderr.splitlines()[-1]) * 1024


def firings(path):
    out = []
    with open(path) as text:
        for row in text:
            if '"kind":"correlation"' not in row:
                continue
            finding = json.loads(row)
            correlation = finding["correlation"]
            members = finding.get("citations_total", len(finding["citations"]))
            out.append((finding["time"], finding["rule"]["title"], tuple(correlation["group"].items()),
                        correlation["value"], correlation["first"], correlation["last"], members))
    return sorted(out)


def plain_counts(events):
    """How often "Many addresses" fires: one window after the other, nothing shared with the program."""
    users = defaultdict(list)
    for second, user, address in events:
        users[user].append((second, address))
    many = 0
    for seen in users.values():
        seen.sort()
        held = False
        for i, (now, _) in enumerate(seen):
            if i + 1 < len(seen) and seen[i + 1][0] == now:
                continue
            window = [address for second, address in seen[:i + 1] if now - second <= SPAN + 1e-6]
            before = [second for second, _ in seen if second < now]
            if not before or now - before[-1] > SPAN + 1e-6:
                held = False
            holds = len(set(window)) >= 3
            many += holds and not held
            held = holds
    return many


def stored(case):
    rows = sqlite3.connect(f"{case}/case.db").execute(
        "SELECT f.id, f.time, f.correlation, count(*), group_concat(s.sha256 || c.spans) FROM findings f"
        " JOIN (SELECT * FROM citations ORDER BY finding, ordinal) c USING(finding) JOIN sources s ON s.source=c.source"
        " WHERE f.kind='correlation' GROUP BY f.finding ORDER BY f.ticks, f.id")
    return rows.fetchall()


def check_case(program, folder, lines, rules):
    write(f"{folder}/case_logs", lines, 3)
    paths = [f"{folder}/case_logs/{i}.json" for i in range(3)]
    found = []
    for name, groups in (("all", [paths]), ("one", [[p] for p in paths]), ("back", [[p] for p in paths[::-1]])):
        for group in groups:
            run([program, "investigate", *group, "--rules", rules, "--case", f"{folder}/{name}", "-q"],
                stdout=subprocess.DEVNULL)
        found.append(stored(f"{folder}/{name}"))
    print(f"case: {len(found[0])} correlation findings in one run, {len(found[1])} one by one, "
          f"{len(found[2])} backwards")
    return bool(found[0]) and found[0] == found[1] == found[2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--groups", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        events = make_events(options.events, options.groups)
        lines = [line(i, event) for i, event in enumerate(events)]
        write(f"{folder}/a", lines, 4)
        shuffled = lines[:]
        random.Random(9).shuffle(shuffled)
        write(f"{folder}/b", shuffled, 7)
        for name, text in (("base", BASE.replace("4625", "1")), ("all", BASE + CORRELATIONS)):
            with open(f"{folder}/{name}.yml", "w") as out:
                out.write(text)

        def hunt(logs, rules, threads, out):
            return run([options.program, "hunt", f"{folder}/{logs}", "--rules", f"{folder}/{rules}.yml", "-q",
                        "--threads", str(threads), "-o", f"{folder}/{out}"], cwd=folder)

        without = min(hunt("a", "base", 2, "base.out") for _ in range(2))
        peaks = {threads: hunt("a", "all", threads, f"all{threads}.out") for threads in (1, 2, 5)}
        more = peaks[2] - without
        print(f"{options.events} events, {len(set(e[1] for e in events))} groups: peak {without >> 20} MB without "
              f"correlations, {peaks[2] >> 20} MB with: {more / (1 << 20):.1f} MB more (limit {LIMIT >> 20})")
        outputs = {open(f"{folder}/all{threads}.out", "rb").read() for threads in peaks}
        print("threads 1, 2, 5:", "equal bytes" if len(outputs) == 1 else "DIFFERENT OUTPUT")
        hunt("b", "all", 2, "b.out")
        first, second = firings(f"{folder}/all2.out"), firings(f"{folder}/b.out")
        print(f"shuffled over other files: {len(first)} firings,", "the same" if first == second else "DIFFERENT")
        counted = sum(f[1] == "Many addresses" for f in first)
        plain = plain_counts(events)
        generated = sum(f[1].startswith("Often, again") for f in first)
        print(f"value_count fires {counted} times, counted plainly {plain}; firings that count firings of the silent "
              f"event_count: {generated}")
        good = more < LIMIT and len(outputs) == 1 and first == second and counted == plain > 0 and generated > 0
        small = lines[:max(2000, options.events // 50)]
        good = check_case(options.program, folder, [dense(i, row) for i, row in enumerate(small)],
                          f"{folder}/all.yml") and good
    sys.exit(0 if good else 1)


def dense(number, row):
    """Few users, so that a part of the events fires too."""
    event = json.loads(row)
    event["User"] = f"user{number % 50}"
    return json.dumps(event, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    main()
