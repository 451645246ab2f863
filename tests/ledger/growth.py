#!/usr/bin/env python3
"""10,000, 100,000 and a million claims, all different, signed in batches of 1,000, appended by the verb: seconds and
memory, and what `ledger prove` and `ledger verify` take. Demanded: a million in under 5 s and 200 MB (the seconds only
where nothing else runs: LEDGER_QUIET=1), memory that does not grow with the log, a proof in under 5 ms more than the
program's start."""
import base64
import hashlib
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import Bench, need_cryptography

need_cryptography()
BATCH = 1000


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def text_of(digest):
    return base64.b64encode(digest).decode()


def batches(private, vkey, count):
    """Entries as lines; the first adds the author's key. Written from docs/ledger-format.md, not by the program."""
    nothing = text_of(bytes(32))
    for first in range(0, count, BATCH):
        bare = []
        for i in range(first, min(count, first + BATCH)):
            body = (f'"body":{{"action":"add","key":"{vkey}"}},"kind":"key"' if i == 0 else
                    f'"body":{{"citations":{{"count":0,"root":"{nothing}"}},"commitments":[],"confidence":"stated",'
                    f'"finding":"{text_of(sha(b"%d" % i))}","text":"claim {i}","tlp":"clear"}},"kind":"claim"')
            bare.append(f'{{"author":"{vkey}",{body},"schema":"silhouette/entry/1"')
        levels = [[sha(b"\0", (b + "}").encode()) for b in bare]]
        while len(levels[-1]) > 1:
            low = levels[-1]
            levels.append([sha(b"\1", low[i], low[i + 1]) for i in range(0, len(low) - 1, 2)] + low[len(low) & ~1:])
        root = text_of(levels[-1][0])
        signature = text_of(private.sign(f"silhouette/batch/1\n{len(bare)}\n{root}\n".encode()))
        lines = []
        for i, entry in enumerate(bare):
            path = [text_of(low[i >> n ^ 1]) for n, low in enumerate(levels[:-1]) if i >> n ^ 1 < len(low)]
            path = ",".join(f'"{p}"' for p in path)
            lines.append(f'{entry},"sig":{{"ed25519":"{signature}","index":{i},"path":[{path}],"root":"{root}",'
                         f'"size":{len(bare)}}}}}\n')
        yield "".join(lines)


def timed(bench, *arguments):
    begun = time.monotonic()
    process = subprocess.Popen([bench.program, *arguments], stdout=subprocess.PIPE, env=bench.environment)
    answer = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, arguments
    return time.monotonic() - begun, usage.ru_maxrss / 1024, answer.decode()


def main():
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    sizes = [int(x) for x in sys.argv[2:]] or [10000, 100000, 1000000]
    with Bench() as bench:
        key = bench.new_key("log.example/growth")
        private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        public = private.public_key().public_bytes(s.Encoding.Raw, s.PublicFormat.Raw)
        name = "author.example"
        vkey = f"{name}+{sha(name.encode(), bytes([10, 1]), public)[:4].hex()}+{text_of(bytes([1]) + public)}"
        memory = []
        for size in sizes:
            log, lines = bench.path(f"log{size}"), bench.path("lines")
            with open(lines, "w") as file:
                file.writelines(batches(private, vkey, size))
            bench.run("ledger", "init", log, "--origin", "log.example/growth", "--key", key)
            os.sync()  # or the append's flush writes these lines too
            seconds, most, answer = timed(bench, "ledger", "append", log, lines, "--key", key)
            assert answer.endswith(f"\n{size - 1}\n") and answer.count("\n") == size
            start = min(timed(bench, "ledger", "checkpoint", log)[0] for _ in range(5))
            proofs = [timed(bench, "ledger", "prove", log, str(i * 7919 % size))[0] for i in range(20)]
            check, most_check, words = timed(bench, "ledger", "verify", log)
            assert f"{size} entries, {size - 1} claims" in words, words
            prove = sorted(proofs)[10]
            print(f"{size} claims, {os.path.getsize(lines) >> 20} MB: appended in {seconds:.2f} s, {most:.0f} MB; "
                  f"prove {1000 * prove:.1f} ms, of which start {1000 * start:.1f} ms; "
                  f"verify {check:.2f} s, {most_check:.0f} MB", flush=True)
            memory.append(most)
            assert most < 200, most
            assert prove - start < 0.005, (proofs, start)
            if os.environ.get("LEDGER_QUIET") and size == 1000000:
                assert seconds < 5, seconds
        assert memory[-1] < memory[0] + 32, memory


main()
