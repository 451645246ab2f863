#!/usr/bin/env python3
"""10,000, 100,000 and a million claims, all different, signed in batches of 1,000, appended by the verb: seconds and
memory, and what `ledger prove` and `ledger verify` take. Demanded: a million in under 5 s and 200 MB (the seconds only
where nothing else runs: LEDGER_QUIET=1), memory that does not grow with the log, a proof in under 5 ms more than the
program's start (CPU time: a busy machine is no reason)."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from batched_claims import batches
from equipment import Bench, need_cryptography

need_cryptography()

def timed(bench, *arguments):
    begun = time.monotonic()
    process = subprocess.Popen([bench.program, *arguments], stdout=subprocess.PIPE, env=bench.environment)
    answer = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, arguments
    return time.monotonic() - begun, usage.ru_maxrss / 1024, answer.decode(), usage.ru_utime + usage.ru_stime


def main():
    sizes = [int(x) for x in sys.argv[2:]] or [10000, 100000, 1000000]
    with Bench() as bench:
        key = bench.new_key("log.example/growth")
        memory = []
        for size in sizes:
            log, lines = bench.path(f"log{size}"), bench.path("lines")
            with open(lines, "w") as file:
                file.writelines(batches(size))
            bench.run("ledger", "init", log, "--origin", "log.example/growth", "--key", key)
            os.sync()  # or the append's flush writes these lines too
            seconds, most, answer, _ = timed(bench, "ledger", "append", log, lines, "--key", key)
            assert answer.endswith(f"\n{size - 1}\n") and answer.count("\n") == size
            start = min(timed(bench, "ledger", "checkpoint", log)[3] for _ in range(20))
            proofs = [timed(bench, "ledger", "prove", log, str(i * 7919 % size))[3] for i in range(20)]
            check, most_check, words, _ = timed(bench, "ledger", "verify", log)
            assert f"{size} entries, {size - 1} claims" in words, words
            prove = sorted(proofs)[10]
            print(f"{size} claims, {os.path.getsize(lines) >> 20} MB: appended in {seconds:.2f} s, {most:.0f} MB; "
                  f"prove {1000 * prove:.1f} ms of CPU, of which start {1000 * start:.1f} ms; "
                  f"verify {check:.2f} s, {most_check:.0f} MB", flush=True)
            memory.append(most)
            assert most < 200, most
            assert prove - start < 0.005, (proofs, start)
            if os.environ.get("LEDGER_QUIET") and size == 1000000:
                assert seconds < 5, seconds
        assert memory[-1] < memory[0] + 32, memory


main()
