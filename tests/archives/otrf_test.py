#!/usr/bin/env python3
"""The public archives of Security-Datasets, read straight from their zips: otrf_test.py PROGRAM FOLDER.

What Python's zipfile unpacks is the other side. Demands:
- `dump` of all archives is, byte for byte, the lines of their JSON members in the order of the archives: none lost,
  none doubled, none changed;
- the five LSASS campaigns have the known numbers of host events, and so have all host events together.
Exit 77 where the folder is not there, 1 where a demand does not hold.
"""
import hashlib
import os
import subprocess
import sys
import zipfile

CAMPAIGNS = {"01": 53698, "02": 42482, "04": 40568, "05": 59707, "07": 57724}
HOST_LINES = 841041  # of members with ten lines and more, the Zeek archives left out
BLANK = 2  # of them: one each in schtask_create and schtask_modification


def json_members(path):
    """Of each member that holds JSON objects by lines: its records, its lines, its line breaks."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith("/"):
                continue
            data = archive.read(name)
            if data.lstrip()[:1] == b"{":
                records = [line.strip() for line in data.split(b"\n") if line.strip()]
                yield records, len(data.splitlines()), data.count(b"\n")


def dump(program, path):
    """Number of lines and digest of what `dump` writes, and its summary line."""
    run = subprocess.Popen([program, "dump", path, "--threads", "2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    digest, lines = hashlib.sha256(), 0
    while block := run.stdout.read(1 << 20):
        digest.update(block)
        lines += block.count(b"\n")
    said = run.stderr.read().decode()
    run.wait()
    return lines, digest.hexdigest(), said


def main():
    program, folder = sys.argv[1:3]
    if not os.path.isdir(folder):
        print("skipped: no Security-Datasets at", folder)
        sys.exit(77)
    zips = sorted(os.path.join(base, name) for base, _, names in os.walk(folder) for name in names
                  if name.endswith(".zip") and "zeek" not in name)
    zips = [path for path in zips if any(True for _ in json_members(path))]
    digest, total, host_lines, host_events, wrong = hashlib.sha256(), 0, 0, 0, []
    for path in zips:
        events = 0
        for records, lines, breaks in json_members(path):
            for record in records:
                digest.update(record + b"\n")
            events += len(records)
            if breaks >= 10:
                host_lines += lines
                host_events += len(records)
        total += events
        campaign = os.path.basename(os.path.dirname(path))
        expected = CAMPAIGNS.get(campaign.removeprefix("LSASS_campaign_"))
        if expected is None:
            continue
        read, _, said = dump(program, path)
        print(f"{campaign}: {read} events")
        if not read == expected == events:
            wrong.append(f"{campaign}: expected {expected}, Python {events}, read {read}: {said}")
    if host_lines != HOST_LINES or host_events != HOST_LINES - BLANK:
        wrong.append(f"own count: {host_events} in {host_lines} lines, not {HOST_LINES} with {BLANK} blank")
    # One list, so that the order is this list's and the Zeek archives stay out.
    run = subprocess.Popen([program, "dump", *zips], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    read = hashlib.sha256()
    lines = 0
    while block := run.stdout.read(1 << 20):
        read.update(block)
        lines += block.count(b"\n")
    said = run.stderr.read().decode().strip()
    run.wait()
    print(f"all {len(zips)} archives: {lines} events, "
          f"{host_events} of them in the {host_lines} lines of members of ten lines and more")
    if lines != total or read.hexdigest() != digest.hexdigest():
        wrong.append(f"all: {total} lines expected, {lines} read; equal: {read.hexdigest() == digest.hexdigest()}")
    if " 0 anomalies" not in said:
        wrong.append(said)
    for line in wrong:
        print("wrong:", line)
    sys.exit(1 if wrong else 0)


main()
