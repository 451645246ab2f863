#!/usr/bin/env python3
"""The planted steps of examples/harbor against what PROGRAM finds: harbor_findings.py PROGRAM. Exit 0 passed, 1 failed.

Every planted event has a finding, and its summary holds the words that the script names - except the events
of UNREMARKABLE, which single-event rules cannot tell from ordinary work and which must therefore have none. The screen
of `investigate` names each kind of step by its program or object.
"""
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# (step, event id): a logon or an opened share of an administrator is not remarkable by itself.
UNREMARKABLE = {("vpn-login", 4768), ("rdp-jump", 4776), ("second-day", 4768), ("wmi-to-dc", 4624),
                ("fetch-copy", 5140), ("false-clock", 4616)}  # the clock is told as a track, with its way back
ON_SCREEN = ("OpenSSH", "wevtutil.exe qe security", "WMIC.exe", "ntdsutil.exe", "ntds.dit", "reg.exe save", "xcopy.exe",
             "7z.exe", "portproxy", "10.40.2.30", "PortProxy", "putty", "wevtutil.exe cl", "Security log cleared",
             "log System cleared",
             "Security on NH-DC01 was edited", "adm.lindqvist logged on (network) from 10.40.1.20",
             "the clock was set back 2 d 15 h for 1 min 11 s", "41 serials are missing")


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def main():
    program, harbor = os.path.abspath(sys.argv[1]), os.path.join(ROOT, "examples", "harbor")
    found, failed = {}, 0
    for line in run(program, "hunt", harbor, "-q").splitlines():
        what = json.loads(line)
        if what["schema"] == "silhouette/finding/1":
            place = (what["host"].split(".")[0], what["channel"], what["event_id"], what["record_id"])
            found.setdefault(place, set()).add(what["summary"])
    with open(os.path.join(ROOT, "tests/golden/harbor/expected-steps.json"), encoding="utf-8") as file:
        steps = json.load(file)["steps"]
    for step in steps:
        summaries = found.get((step["host"], step["channel"], step["event_id"], str(step["record_id"])), set())
        named = any(all(name.lower() in summary.lower() for name in step["names"]) for summary in summaries)
        expected = (step["step"], step["event_id"]) not in UNREMARKABLE
        if named != expected:
            failed += 1
            print(f"FAIL {step['step']} {step['host']} {step['event_id']}/{step['record_id']}: wanted "
                  f"{' '.join(step['names']) if expected else 'no finding'}, found {sorted(summaries)}")
    with tempfile.TemporaryDirectory(prefix="silhouette-golden-") as place:
        screen = run(program, "investigate", harbor, "--case", os.path.join(place, "c"), "-q")
    if len(screen.splitlines()) > 40:
        failed += 1
        print(f"FAIL the screen has {len(screen.splitlines())} lines")
    for name in ON_SCREEN:
        if name not in screen:
            failed += 1
            print(f"FAIL the screen does not name {name}")
    print(f"{len(steps)} planted events, {len(UNREMARKABLE)} of them unremarkable, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
