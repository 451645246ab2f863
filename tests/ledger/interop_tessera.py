#!/usr/bin/env python3
"""Tessera's fsck 1.0.4 walks our logs at the sizes where tiles change; its posix-oneshot has a log of its own
witnessed by ours: published with two of three up, refused with one."""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import Bench, claim_body, need_cryptography, skip
from small_log import make_log, start_witness

need_cryptography()
MODULE = "github.com/transparency-dev/tessera"
SIZES = (1, 255, 256, 257, 65535, 65536, 65537, 70000)  # fsck refuses an empty log's missing tiles by itself


def build(folder, package):
    if not shutil.which("go"):
        skip("no Go toolchain")
    binary = os.path.join(folder, os.path.basename(package))
    if not os.path.exists(binary):
        done = subprocess.run(["go", "install", f"{MODULE}/{package}@v1.0.4"], capture_output=True, text=True,
                              env=dict(os.environ, GOBIN=os.path.abspath(folder), GOFLAGS="-mod=mod"))
        if done.returncode != 0:
            skip(f"{package} could not be had or built: " + done.stderr.strip().split("\n")[-1])
    return os.path.abspath(binary)


def walk(fsck, log):
    return subprocess.run([fsck, "--ui=false", f"--storage_url=file://{log}/log/", f"--public_key={log}/log.vkey"],
                          capture_output=True, text=True, timeout=60)


def with_largest_entry(bench):
    """Three entries, the last of them as long as an entry may be; one byte more is refused."""
    log, key, author = make_log(bench, 2), bench.path("log.example_small.key"), bench.path("author.example.key")
    spare = 65535 - len(bench.sign(author, "claim", claim_body("")))
    entry = bench.sign(author, "claim", claim_body("x" * spare))
    assert len(entry) == 65535
    bench.run("ledger", "append", log, bench.write("largest", entry + "\n"), "--key", key)
    body = bench.write("body.json", json.dumps(claim_body("x" * (spare + 1))))
    bench.run("ledger", "sign", "claim", body, "--author-key", author, code=4)
    assert "3 entries" in bench.run("ledger", "verify", log)
    return log


def main():
    os.makedirs(sys.argv[2], exist_ok=True)
    fsck = build(sys.argv[2], "cmd/fsck")
    with Bench() as bench:
        for size in SIZES:
            log = make_log(bench, size)
            done = walk(fsck, log)
            assert done.returncode == 0, (size, done.stdout + done.stderr)
            shutil.rmtree(log)
        log = with_largest_entry(bench)
        done = walk(fsck, log)
        assert done.returncode == 0, done.stdout + done.stderr
        print(f"fsck: {len(SIZES)} logs hold, and one with an entry of 65,535 bytes")
        oneshot(bench, build(sys.argv[2], "cmd/examples/posix-oneshot"))


def oneshot(bench, binary):
    key = bench.new_key("foreign.example/log")
    vkey = bench.vkey(key)
    started = [start_witness(bench, f"w.example/{i}", [vkey]) for i in range(3)]
    try:
        policy = "".join(f"witness w{i} {v} {u}/\n" for i, (_, v, u) in enumerate(started))
        bench.write("policy3", policy + "group g 2 w0 w1 w2\nquorum g\n")

        def publish(name, seconds):
            """Does the foreign log publish one entry more? Without its quorum it waits for ever: it is ended here."""
            bench.write(name, f"entry {name}\n")
            process = subprocess.Popen([binary, "--storage_dir", bench.path("foreign"), "--entries", bench.path(name),
                                        "--private_key", key, "--witness_policy_file", bench.path("policy3"),
                                        "--witness_timeout", "2s"], stderr=subprocess.PIPE, text=True)
            try:
                said = process.communicate(timeout=seconds)[1]
            except subprocess.TimeoutExpired:
                process.kill()
                said = process.communicate()[1]
            with open(bench.path("foreign", "checkpoint"), "rb") as file:
                checkpoint = file.read()
            return int(checkpoint.split(b"\n")[1]), checkpoint.count("\u2014 w.example".encode()), said

        size, cosigned, said = publish("one.txt", 60)
        assert size == 1 and cosigned >= 2, (size, cosigned, said)
        started[0][0].kill()
        size, cosigned, said = publish("two.txt", 60)
        assert size == 2 and cosigned == 2, ("two of three are up", size, cosigned, said)
        started[1][0].kill()
        size, _, said = publish("three.txt", 12)
        assert size == 2, ("one of three is up", size, said)
        assert "witness" in said, said
        print("posix-oneshot: published with 3 and 2 of 3 witnesses, refused with 1")
    finally:
        for process, _, _ in started:
            process.kill()
            process.wait()


main()
