#!/usr/bin/env python3
"""Go's sumdb/note, sumdb/tlog, transparency-dev/formats and merkle read our vkeys,
checkpoints, cosignatures and proofs."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import Bench, need_cryptography, skip
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
    print("Go: checkpoint, cosignature/v1 and 5 proofs hold; a false one does not")


main()
