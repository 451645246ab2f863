#!/usr/bin/env python3
"""39 hostile notes and 6 odd but good ones, as the older checkpoint that `ledger monitor --since` opens: each is
refused or accepted as the specifications say, with exit code 4 and a reason, never a crash."""
import base64
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import Bench, claim_body, need_cryptography
from foreign_log import ForeignLog, b64
from hostile_vectors import vectors

need_cryptography()
NAME, SEED = "log.example/hostile", bytes(range(32))


def main():
    with Bench() as bench:
        log, author = ForeignLog(NAME, seed=SEED), bench.new_key("author.example")
        key = bench.path("log.key")
        with open(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"PRIVATE+KEY+{NAME}+{log.id.hex()}+{b64(bytes([1]) + SEED)}\n")
        folder = bench.path("log")
        bench.run("ledger", "init", folder, "--origin", NAME, "--key", key)
        lines = bench.sign(author, "key", {"action": "add", "key": bench.vkey(author)}) + "\n"
        lines += (bench.sign(author, "claim", claim_body("a claim")) + "\n") * 4
        bench.run("ledger", "append", folder, bench.write("entries", lines), "--key", key)
        note = bench.run("ledger", "checkpoint", folder)
        log.memory[0, 5] = base64.b64decode(note.split("\n")[2])  # its root is our log's
        assert log.note(5) == note, "the same seed signs the same bytes in Python"
        counts = {True: 0, False: 0}
        for what, data, good in vectors(log, 5):
            path = bench.write("since", data)
            done = subprocess.run([bench.program, "ledger", "monitor", folder, "--since", path], capture_output=True,
                                  text=True, env=bench.environment, timeout=20)
            assert done.returncode == (0 if good else 4), (what, done)
            assert good or done.stderr.startswith("silhouette:"), (what, done)
            counts[good] += 1
        assert counts[False] >= 30
        print(f"{counts[False]} hostile notes refused, {counts[True]} odd ones accepted")


main()
