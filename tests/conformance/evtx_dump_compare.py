#!/usr/bin/env python3
"""Compares `silhouette dump` with evtx_dump on every EVTX file of the shared data.

evtx_dump_compare.py SILHOUETTE SHARED [--show N]

Records are compared as bytes first, then as JSON with the differences that docs/formats/evtx.md lists set aside:
escapes, booleans that are neither 0 nor 1, the order of a circular log. Prints, per file that differs, the first
difference, and at the end how many records were equal, different, more and less. Fails when more than 1 record in
1,000 differs or when ours reads fewer records.
Exit 77 (skipped) without the shared data or the peer.
"""
import json
import os
import subprocess
import sys

LIMIT = 1 / 1000


def lines_of(command):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return [line for line in run.stdout.split(b"\n") if line]


def pairs(items):
    """Objects keep every member: a name given twice gets the suffix that both programs use elsewhere."""
    out = {}
    for name, value in items:
        free, count = name, 0
        while free in out:
            count += 1
            free = f"{name}_{count}"
        out[free] = value
    return out


def first_difference(ours, theirs, path=""):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in list(ours) + [n for n in theirs if n not in ours]:
            if name not in ours or name not in theirs:
                side = "theirs" if name not in ours else "ours"
                value = theirs.get(name, ours.get(name))
                return f"{path}.{name}: only {side}: {json.dumps(value, ensure_ascii=False)[:120]}"
            found = first_difference(ours[name], theirs[name], f"{path}.{name}")
            if found:
                return found
        return None
    if ours is True and isinstance(theirs, int) and theirs != 0:
        return None  # a boolean that is neither 0 nor 1: any non-zero is true
    if ours != theirs or type(ours) is not type(theirs):
        shown = [json.dumps(side, ensure_ascii=False)[:160] for side in (ours, theirs)]
        return f"{path}: ours {shown[0]} theirs {shown[1]}"
    return None


def record_id(event):
    try:
        return str(event["Event"]["System"]["EventRecordID"])
    except (KeyError, TypeError):
        return None


def compare_file(ours, theirs, name, tally, show):
    ids = [record_id(json.loads(line)) for line in ours]
    if ids != [record_id(json.loads(line)) for line in theirs]:  # order: ours by offset, theirs by chunk id
        by_id = {}
        for line in theirs:
            by_id.setdefault(record_id(json.loads(line)), []).append(line)
        matched = []
        for own_id in ids:
            same = by_id.get(own_id)
            matched.append(same.pop(0) if same else None)
        missing = sum(len(rest) for rest in by_id.values())
        more = sum(1 for line in matched if line is None)
        tally["less"] += missing
        tally["more"] += more
        print(f"{name}: ours {len(ours)}, evtx_dump {len(theirs)} ({more} more, {missing} less), in another order")
        both = [(a, b) for a, b in zip(ours, matched) if b is not None]
    else:
        both = list(zip(ours, theirs))
    shown = 0
    for index, (a, b) in enumerate(both):
        if a == b:
            tally["identical"] += 1
            continue
        difference = first_difference(json.loads(a, object_pairs_hook=pairs), json.loads(b, object_pairs_hook=pairs))
        if difference is None:
            tally["equal"] += 1
            if "--equal" in sys.argv:
                print(f"{name} record {index} equal after normalising:\n  {a.decode()}\n  {b.decode()}")
            continue
        tally["different"] += 1
        if shown < show:
            shown += 1
            print(f"{name} record {index}: {difference}")


def main():
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    program, shared = sys.argv[1].split(), sys.argv[2]
    show = int(sys.argv[sys.argv.index("--show") + 1]) if "--show" in sys.argv else 1
    peer, data = os.path.join(shared, "peers", "evtx_dump"), os.path.join(shared, "data", "evtx")
    if not os.access(peer, os.X_OK) or not os.path.isdir(data):
        print("skipped: no shared data or no evtx_dump beside the project")
        return 77
    tally = {"identical": 0, "equal": 0, "different": 0, "more": 0, "less": 0}
    files = sorted(os.path.join(folder, name) for folder, _, names in os.walk(data) for name in names
                   if name.lower().endswith(".evtx"))
    for path in files:
        ours = lines_of(program + [path])
        theirs = lines_of([peer, "-t", "1", "-o", "jsonl", path])
        compare_file(ours, theirs, os.path.relpath(path, data), tally, show)
    total = tally["identical"] + tally["equal"] + tally["different"]
    print(f"{len(files)} files, {total} records in both: {tally['identical']} byte for byte, {tally['equal']} equal "
          f"after normalising, {tally['different']} different, {tally['more']} more, {tally['less']} less")
    return 1 if total == 0 or tally["different"] > total * LIMIT or tally["less"] else 0


if __name__ == "__main__":
    sys.exit(main())
