#!/usr/bin/env python3
"""The crates signed_note and tlog_tiles read our checkpoint and find our tiles where they expect them."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import Bench, need_cryptography, skip
from small_log import cosigned_log

need_cryptography()
HERE = os.path.dirname(os.path.abspath(__file__))


def build(folder):
    if not shutil.which("cargo"):
        skip("no Rust toolchain")
    source = os.path.join(folder, "rust")
    shutil.copytree(os.path.join(HERE, "rust"), source, dirs_exist_ok=True)
    done = subprocess.run(["cargo", "build", "--quiet"], cwd=source, capture_output=True, text=True)
    if done.returncode != 0:
        skip("crates could not be had or built: " + done.stderr.strip()[-300:])
    return os.path.join(source, "target", "debug", "ledger-interop-rust")


def main():
    os.makedirs(sys.argv[2], exist_ok=True)
    binary = build(sys.argv[2])
    with Bench() as bench:
        log, _ = cosigned_log(bench, 300)
        done = subprocess.run([binary, log], capture_output=True, text=True)
        assert done.stdout == "1 verified, 1 unverified, size 300\n", done.stdout + done.stderr
        os.remove(os.path.join(log, "log", "tile", "0", "000"))
        assert subprocess.run([binary, log], capture_output=True).returncode != 0
    print("Rust: 1 verified, 1 unverified; tiles where they belong")


main()
