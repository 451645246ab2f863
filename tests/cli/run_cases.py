#!/usr/bin/env python3
"""Runs the command-line cases: run_cases.py PROGRAM [CASE...]. The form of a case: README.md beside this file.

Each case runs in an empty folder of its own, with its own HOME, so that cases neither see each other nor the user.
Exit 1 if a case fails; a case that cannot run here is named with its reason.
"""
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from expectation import difference  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SECTIONS = ("command", "stdin", "stdout", "stderr", "exit")
TIMEOUT_S = 120
REPORTS = ("ERROR: AddressSanitizer", "runtime error:", "LeakSanitizer", "WARNING: ThreadSanitizer")


class Malformed(Exception):
    pass


def parse(path):
    case, section = {"needs": []}, None
    with open(path, encoding="utf-8", newline="") as file:
        for number, line in enumerate(file, 1):
            mark = re.fullmatch(r"--- (\w+)\n", line)
            if mark:
                section = mark.group(1)
                if section not in SECTIONS or section in case:
                    raise Malformed(f"{path}:{number}: unknown or repeated section {section}")
                case[section] = ""
            elif section:
                case[section] += line
            elif line.startswith("needs: "):
                case["needs"] += line[len("needs: "):].split()
            elif line.startswith("title: "):
                case["title"] = line[len("title: "):].strip()
            elif line.strip() and not line.startswith("#"):
                raise Malformed(f"{path}:{number}: expected title:, needs:, # or a section")
    for wanted in ("title", "command", "exit"):
        if wanted not in case:
            raise Malformed(f"{path}:1: no {wanted}")
    return case


def missing_need(case):
    for need in case["needs"]:
        if need == "not-root" and os.geteuid() == 0:
            return "root may read everything"
        if need.startswith("file:") and not os.path.exists(os.path.join(ROOT, need[5:])):
            return f"{need[5:]} is not there"
    return None


def run(case, program):
    with tempfile.TemporaryDirectory(prefix="silhouette-case-") as top:
        for folder in ("bin", "home", "work"):
            os.mkdir(os.path.join(top, folder))
        os.symlink(program, os.path.join(top, "bin", "silhouette"))
        environment = {"PATH": os.path.join(top, "bin") + ":/usr/bin:/bin", "HOME": os.path.join(top, "home"),
                       "LC_ALL": "C", "TZ": "UTC", "ROOT": ROOT, "CASES": HERE,
                       "TMPDIR": top, "SOURCE_DATE_EPOCH": "1735689600"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        done = subprocess.run(["bash", "-c", case["command"]], input=case.get("stdin", "").encode(),
                              capture_output=True, timeout=TIMEOUT_S, cwd=os.path.join(top, "work"),
                              env=environment)
        return (done.returncode, done.stdout.decode("utf-8", "backslashreplace"),
                done.stderr.decode("utf-8", "backslashreplace"))


def failures(case, program):
    try:
        code, out, err = run(case, program)
    except subprocess.TimeoutExpired:
        return [f"  still running after {TIMEOUT_S} s"]
    problems = []
    if code != int(case["exit"]):
        problems.append(f"  exit {code}, expected {int(case['exit'])}\n" +
                        "\n".join("    stderr| " + line for line in err.split("\n")[:20]))
    for name, found, expected in (("stdout", out, case.get("stdout", "")), ("stderr", err, case.get("stderr"))):
        if expected is None:
            continue
        report = difference(expected, found)
        if report:
            problems.append(f"  {name}:\n{report}")
    for text in (out, err):
        if any(mark in text for mark in REPORTS):
            problems.append("  sanitizer report:\n" + err[:4000])
            break
    return problems


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    program = os.path.abspath(sys.argv[1])
    if not os.access(program, os.X_OK):
        print(f"run_cases: no program at {sys.argv[1]}", file=sys.stderr)
        return 1
    names = sys.argv[2:] or sorted(os.path.join(HERE, n) for n in os.listdir(HERE) if n.endswith(".case"))
    failed = skipped = 0
    for path in names:
        name = os.path.basename(path)
        try:
            case = parse(path)
        except Malformed as error:
            print(error)
            failed += 1
            continue
        why = missing_need(case)
        if why:
            print(f"skip {name}: {why}")
            skipped += 1
            continue
        problems = failures(case, program)
        print(("FAIL " if problems else "ok   ") + f"{name}: {case['title']}")
        for problem in problems:
            print(problem)
        failed += bool(problems)
    print(f"{len(names)} cases, {failed} failed, {skipped} skipped")
    return 1 if failed or not names else 0


if __name__ == "__main__":
    sys.exit(main())
