#!/usr/bin/env python3
"""Go's sumdb/note, sumdb/tlog, transparency-dev/formats and merkle read our vkeys,
checkpoints, cosignatures and proofs."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import Bench, need_cryptography, skip
from foreign_log import ForeignLog
from hostile_vectors import vectors
from small_log import cosigned_log, proofs_of

need_cryptography()
HERE = os.path.dirname(os.path.abspath(__file__))


def build(folder):
    if not shutil.which("go"):
        skip("no Go toolchain")
    binary = os.path.join(folder, "ledger-interop-go")
    if not os.path.exists(binary):
        source = os.path.join(folder, "go")
        shutil.copytree(os.path.join(HERE, "go"), source, dirs_exist_ok=True)
        done = subprocess.run(["go", "build", "-mod=mod", "-o", binary, "."], cwd=source, capture_output=True,
                              text=True)
        if done.returncode != 0:
            skip("Go modules could not be had or built: " + done.stderr.strip().split("\n")[-1])
    return binary


def main():
    os.makedirs(sys.argv[2], exist_ok=True)
    binary = build(sys.argv[2])
    with Bench() as bench:
        log, witness = cosigned_log(bench, 300)
        files = proofs_of(bench, log, [0, 1, 255, 256, 299])
        done = subprocess.run([binary, os.path.join(log, "log.vkey"), witness, *files], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        bent = open(files[0]).read().replace("index 0", "index 1")
        done = subprocess.run([binary, os.path.join(log, "log.vkey"), witness, bench.write("bent", bent), files[1]],
                              capture_output=True, text=True)
        assert done.returncode == 1, "a false proof passed"
        agreed = hostile(bench, binary)
    print("Go: checkpoint, cosignature/v1 and 5 proofs hold; a false one does not; "
          f"same word on {agreed} odd and hostile notes")


# What Go's packages take and we refuse, each by the text of a specification or its limits: base64 with one spelling,
# a known key that fails rejects the note (Go looks at a key's first line only), checkpoints in their one form, at most
# 64 signatures (16 must be taken).
OURS_ALONE_REFUSES = {"bits behind the last byte of base64", "a false signature of the log beside a good one",
                      "a leading zero, signed", "a root of 31 bytes, signed", "an empty line in the checkpoint, signed",
                      "65 signatures"}


def hostile(bench, binary):
    """What hostile_notes.py demands of our program is what Go's packages say of the same bytes."""
    log = ForeignLog("log.example/hostile")
    notes = vectors(log, 5)
    files = [bench.write(f"note{i}", data) for i, (_, data, _) in enumerate(notes)]
    vkey = bench.write("hostile.vkey", log.vkey + "\n")
    done = subprocess.run([binary, vkey, "notes", *files], capture_output=True, text=True)
    verdicts = zip(notes, done.stdout.splitlines(), strict=True)
    wrong = [(what, verdict) for (what, _, good), verdict in verdicts
             if (verdict == "holds") != (good or what in OURS_ALONE_REFUSES)]
    assert not wrong, wrong
    return len(notes) - len(OURS_ALONE_REFUSES)


main()
