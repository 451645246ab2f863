#!/usr/bin/env python3
"""Looks for data races: races.py PROGRAM, where PROGRAM is silhouette of the preset tsan.

Hunts and investigates with four threads - the built-in rules, then SigmaHQ's process_creation rules where they are -
over the example and over shared samples, with and without a rule cache, with anomalies in every output form, dumps
them, and demands no report of ThreadSanitizer and a usual exit code. Exit 1 if anything failed. The example is unpacked
first: ThreadSanitizer's allocator does not live through a fork of a process with threads, so the decoder's child would
wait for ever.
"""
import gzip
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SHARED = os.environ.get("SIL_SHARED", os.path.join(ROOT, "..", "shared"))
THREADS = ["--threads", "4"]
SAMPLES = 40  # of the shared logs, evenly picked
LARGEST = 4 << 20
USUAL = (0, 4)  # 4: a damaged sample
FORMS = ("table", "ndjson", "json", "csv", "timesketch", "navigator")


def samples():
    found = []
    for folder, _, names in os.walk(os.path.join(SHARED, "data", "evtx")):
        found += [os.path.join(folder, n) for n in names if n.endswith(".evtx")]
    small = sorted(f for f in found if os.path.getsize(f) <= LARGEST)
    return small[::max(1, len(small) // SAMPLES)][:SAMPLES]


def unpacked_example(top):
    example = os.path.join(ROOT, "examples", "harbor")
    for folder, _, names in os.walk(example):
        for name in names:
            path = os.path.join(folder, name)
            to = os.path.join(top, "harbor", os.path.relpath(path, example))
            os.makedirs(os.path.dirname(to), exist_ok=True)
            with (gzip.open if name.endswith(".gz") else open)(path, "rb") as packed:
                content = packed.read()
            with open(to.removesuffix(".gz"), "wb") as out:
                out.write(content)
    return os.path.join(top, "harbor")


def runs(top):
    """(name, arguments) of each run; `top` is a folder to write to."""
    rules = os.path.join(SHARED, "data", "sigmahq", "rules", "windows", "process_creation")
    choices = [("built-in rules", [])]
    if os.path.isdir(rules):
        choices.append(("process_creation rules", ["--rules", rules]))
    else:
        print("skip process_creation rules: no shared data beside the project")
    inputs = [("harbor", [unpacked_example(top)])]
    if samples():
        inputs.append(("samples", samples()))
    else:
        print("skip samples: no shared data beside the project")
    for rules_name, chosen in choices:
        for input_name, paths in inputs:
            for round_name in ("first", "cached"):
                name = f"hunt, {rules_name}, {input_name}, {round_name}"
                yield name, ["hunt", "-q", *THREADS, *chosen, "-o", os.path.join(top, "out"), *paths]
            if not chosen:
                for form in FORMS:
                    yield f"hunt, {rules_name}, {input_name}, {form}", [
                        "hunt", "-q", *THREADS, "--anomalies", "--custody", "--event", "--format", form,
                        "-o", os.path.join(top, "out"), *paths]
                yield f"dump, {input_name}", ["dump", "-q", *THREADS, "-o", os.path.join(top, "out"), *paths]
            case = os.path.join(top, f"{len(chosen)}-{input_name}.case")
            yield (f"investigate, {rules_name}, {input_name}",
                   ["investigate", "-q", *THREADS, *chosen, "--case", case, *paths])


def main():
    if len(sys.argv) != 2 or not os.access(sys.argv[1], os.X_OK):
        print(__doc__, file=sys.stderr)
        return 1
    program, failed = os.path.abspath(sys.argv[1]), 0
    with tempfile.TemporaryDirectory(prefix="silhouette-races-") as top:
        environment = {**os.environ, "HOME": top, "XDG_CACHE_HOME": os.path.join(top, "cache")}
        for name, arguments in runs(top):
            done = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True, errors="backslashreplace", env=environment,
                                  check=False)
            raced = "ThreadSanitizer" in done.stderr
            good = done.returncode in USUAL and not raced
            print(("ok   " if good else "FAIL ") + name, flush=True)
            if not good:
                failed += 1
                print(f"  exit {done.returncode}\n{done.stderr[:6000]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
