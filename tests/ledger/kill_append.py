#!/usr/bin/env python3
"""`ledger append` killed at its n-th call that writes, renames or flushes, for every n, by strace's injection: what was
published stays whole, the next append goes on from it, and the log is the very one that no kill would have given."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import Bench, claim_body, need_cryptography, skip

need_cryptography()
CALLS = ("write", "rename", "fsync", "syncfs", "sync_file_range", "mkdir")
HALVES = (300, 560)  # the log before and after: tiles become full, a level is added


def main():
    if not shutil.which("strace"):
        skip("no strace")
    with Bench() as bench:
        key, author = bench.new_key("log.example/kill"), bench.new_key("author.example")
        lines = [bench.sign(author, "key", {"action": "add", "key": bench.vkey(author)})]
        lines += [bench.sign(author, "claim", claim_body("a claim"))] * (HALVES[1] - 1)
        begun = bench.path("begun")
        bench.run("ledger", "init", begun, "--origin", "log.example/kill", "--key", key)
        bench.run("ledger", "append", begun, bench.write("first", "\n".join(lines[:HALVES[0]]) + "\n"), "--key", key)
        rest = bench.write("rest", "\n".join(lines[HALVES[0]:]) + "\n")

        def append(folder, *before):
            return subprocess.run([*before, bench.program, "ledger", "append", folder, rest, "--key", key],
                                  capture_output=True, text=True, env=bench.environment)

        whole = bench.path("whole")
        shutil.copytree(begun, whole)
        probe = append(whole, "strace", "-f", "-e", "trace=" + ",".join(CALLS), "-o", bench.path("trace"))
        if probe.returncode != 0 or not os.path.getsize(bench.path("trace")):
            skip("strace cannot trace here: " + probe.stderr.strip().split("\n")[-1])
        with open(bench.path("trace")) as file:
            calls = sum(1 for line in file if line.split(" ", 1)[1].lstrip().startswith(tuple(c + "(" for c in CALLS)))
        final = bench.run("ledger", "checkpoint", whole)
        kills, old, new = 0, 0, 0
        for call in CALLS:
            for n in range(1, 400):
                folder = bench.path(f"killed-{call}-{n}")
                shutil.copytree(begun, folder)
                done = append(folder, "strace", "-f", "-o", bench.path("trace"), "-e", f"trace={call}", "-e",
                              f"inject={call}:signal=SIGKILL:when={n}")
                if done.returncode == 0:
                    break
                kills += 1
                words = bench.run("ledger", "verify", folder)
                size = int(words.split(": ")[-1].split(" ")[0])
                assert size in HALVES, (call, n, words)
                if size == HALVES[0]:
                    old += 1
                    assert append(folder).returncode == 0, (call, n)
                else:
                    new += 1
                assert bench.run("ledger", "checkpoint", folder) == final, (call, n)
                assert f"{HALVES[1]} entries" in bench.run("ledger", "verify", folder)
                shutil.rmtree(folder)
        assert kills == calls and old > 0 and new > 0, (kills, calls, old, new)
        print(f"killed at each of {kills} calls: {old} times the old log stood, {new} times the new; none was torn")


main()
