#!/usr/bin/env python3
"""Runs every ```console block of a document and compares: readme_runner.py PROGRAM [DOCUMENT...] (README.md).

A line `$ command` is run by bash in a folder that looks like the project's root, `./silhouette` being PROGRAM; the
lines up to the next `$` are what it prints, stdout and stderr together, as a terminal shows them. `...` and `<...>`
stand for what expectation.py says. The blocks of one document run in order in the same folder.
"""
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from expectation import difference  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TIMEOUT_S = 300


def steps(text):
    """(line number, command, expected output) of each command of each console block."""
    inside, found = False, []
    for number, line in enumerate(text.split("\n"), 1):
        if not inside:
            inside = line.strip() == "```console"
        elif line.strip() == "```":
            inside = False
        elif line.startswith("$ "):
            found.append([number, line[2:], ""])
        elif found:
            found[-1][2] += line + "\n"
    return found


def run_document(path, program):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = steps(text)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="silhouette-readme-") as top:
        place, home = os.path.join(top, "silhouette"), os.path.join(top, "home")
        os.mkdir(place)
        os.mkdir(home)
        for name in os.listdir(ROOT):
            if name not in ("silhouette", "build", ".git") and not name.endswith(".case"):
                os.symlink(os.path.join(ROOT, name), os.path.join(place, name))
        os.symlink(program, os.path.join(place, "silhouette"))
        environment = {"PATH": "/usr/bin:/bin", "HOME": home, "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb"}
        for number, command, expected in found:
            done = subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=TIMEOUT_S, cwd=place, env=environment)
            report = difference(expected, done.stdout.decode("utf-8", "backslashreplace"))
            print(("FAIL " if report else "ok   ") + f"{os.path.relpath(path, ROOT)}:{number}: {command}")
            if report:
                print(report)
                failed += 1
    blocks = len(re.findall(r"^```console$", text, re.M))
    print(f"{os.path.relpath(path, ROOT)}: {blocks} console blocks, {len(found)} commands, {failed} failed")
    return failed == 0 and len(found) > 0


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    documents = sys.argv[2:] or [os.path.join(ROOT, "README.md")]
    results = [run_document(path, os.path.abspath(sys.argv[1])) for path in documents]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
