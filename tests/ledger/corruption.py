#!/usr/bin/env python3
"""Single bits flipped in tiles, bundles, checkpoint, proofs and entries of a log of 70,000 leaves: each is found, what
is in the log with an index; nothing crashes or hangs. 200 by seed; 10,000 with LEDGER_ROUNDS=full, on every core."""
import os
import queue
import random
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from batched_claims import batches
from equipment import FULL, Bench, need_cryptography

need_cryptography()
LEAVES, ROUNDS = 70000, 10000 if FULL else 200


def current(files, size):
    """The files that a reader of this size uses: partial ones of other sizes are no part of the log."""
    out = []
    for path in files:
        name = path.split("/log/", 1)[1]
        if name == "checkpoint":
            out.append(path)
        elif ".p/" not in name:
            out.append(path)
        else:
            level = name.split("/")[1]
            hashes = size if level == "entries" else size >> (8 * int(level))
            if hashes % 256 == int(name.rsplit("/", 1)[1]):
                out.append(path)
    return out


def touched(path, data, place):
    """(first, last) index that a verifier may name for byte `place` of a file: one hash covers 256^level entries; an
    entry's length, or what a bent length makes of the rest of the bundle, is known to the bundle only."""
    parts = path.split("/log/tile/", 1)[1].split("/")
    number = int("".join(p.removeprefix("x").removesuffix(".p") for p in parts[1:1 + sum(
        1 for p in parts[1:] if p.startswith("x")) + 1]))
    if parts[0] != "entries":
        first = (number * 256 + place // 32) << (8 * int(parts[0]))
        return first, first
    index, at = number * 256, 0
    while at < len(data):
        length = int.from_bytes(data[at:at + 2], "big")
        if place < at + 2:
            return number * 256, number * 256 + 255
        if place < at + 2 + length:
            return index, index
        index, at = index + 1, at + 2 + length
    raise AssertionError(path)


def main():
    with Bench() as bench:
        log = bench.path("big")
        key = bench.new_key("log.example/big")
        bench.run("ledger", "init", log, "--origin", "log.example/big", "--key", key)
        lines = "".join(batches(LEAVES))  # all different: of equal ones a proof with another index is true
        bench.write("entries", lines)
        lines = lines.encode().split(b"\n")
        bench.run("ledger", "append", log, bench.path("entries"), "--key", key)
        assert f"{LEAVES} entries" in bench.run("ledger", "verify", log)
        paths = [os.path.join(f, n) for f, _, names in os.walk(os.path.join(log, "log")) for n in names]
        paths = [os.path.relpath(path, log) for path in sorted(current(paths, LEAVES))]
        paths.remove("log/checkpoint")  # has turns of its own, and no index
        copies = queue.SimpleQueue()  # one log for each that bends it
        copies.put(log)
        for i in range(1, os.cpu_count() if FULL else 1):
            copies.put(shutil.copytree(log, bench.path(f"copy{i}")))
        workers = copies.qsize()

        def turn(number):
            dice = random.Random(f"20240710 {number}")
            ours = copies.get()
            try:
                if number % 10 == 9:
                    return bend_proof(bench, ours, lines, dice)
                return bend_file(bench, ours, "log/checkpoint" if number % 10 == 8 else dice.choice(paths), dice)
            finally:
                copies.put(ours)

        with ThreadPoolExecutor(workers) as pool:
            named = sum(pool.map(turn, range(ROUNDS)))
        assert named == sum(1 for t in range(ROUNDS) if t % 10 < 8), named
        for _ in range(workers):
            assert f"{LEAVES} entries" in bench.run("ledger", "verify", copies.get())
        print(f"{ROUNDS} bits flipped over {len(paths) + 1} files of {LEAVES} leaves and their proofs: each found")


def bend_file(bench, log, name, dice):
    """A bit of a file of the log. Gives how many indexes were named: 1, of a checkpoint 0."""
    path = os.path.join(log, name)
    with open(path, "rb") as file:
        original = file.read()
    place, data = dice.randrange(len(original)), bytearray(original)
    data[place] ^= 1 << dice.randrange(8)
    with open(path, "wb") as file:
        file.write(data)
    run = subprocess.run([bench.program, "ledger", "verify", log], capture_output=True, text=True, timeout=60,
                         errors="replace")
    with open(path, "wb") as file:
        file.write(original)
    assert run.returncode == 1 and run.stdout.startswith("FALSE"), (path, place, run)
    if name == "log/checkpoint":
        return 0
    first, last = touched(path, original, place)
    told = [int(line.split(" ")[2].rstrip(":")) for line in run.stdout.splitlines() if " entry " in line]
    assert any(first <= index <= last for index in told), (path, place, run.stdout)
    return 1


def bend_proof(bench, log, lines, dice):
    """A bit of a proof or of the entry that it proves; no index is named."""
    index = dice.randrange(1, LEAVES)
    proof = bytearray(bench.run("ledger", "prove", log, str(index)).encode())
    entry = bytearray(lines[index])
    which = dice.choice([proof, entry])
    which[dice.randrange(len(which))] ^= 1 << dice.randrange(8)
    proof_file, entry_file = (bench.write(f"{os.path.basename(log)}.{name}", bytes(content))
                              for name, content in (("proof", proof), ("entry", entry)))
    run = subprocess.run([bench.program, "ledger", "verify", proof_file, "--entry", entry_file, "--vkey",
                          os.path.join(log, "log.vkey")], capture_output=True, timeout=60)
    assert run.returncode in (1, 4), (index, run)
    return 0


main()
