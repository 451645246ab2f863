#!/usr/bin/env python3
"""Tessera's fsck 1.0.4 walks our logs at the sizes where tiles change; its posix-oneshot has a log of its own
witnessed by ours: published with two of three up, refused with one."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import Bench, need_cryptography, skip
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


def main():
    os.makedirs(sys.argv[2], exist_ok=True)
    fsck = build(sys.argv[2], "cmd/fsck")
    with Bench() as bench:
        for size in SIZES:
            log = make_log(bench, size)
            done = subprocess.run([fsck, "--ui=false", f"--storage_url=file://{log}/log/",
                                   f"--public_key={log}/log.vkey"], capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, (size, done.stdout + done.stderr)
            shutil.rmtree(log)
        print(f"fsck: {len(SIZES)} logs hold")
        oneshot(bench, build(sys.argv[2], "cmd/examples/posix-oneshot"))


def oneshot(bench, binary):
    key = bench.new_key("foreign.example/log")
    vkey = bench.vkey(key)
    started = [start_witness(bench, f"w.example/{i}", [vkey]) for i in range(3)]
    try:
        policy = "".join(f"witness w{i} {v} {u}/\n" for i, (_, v, u) in enumerate(started))
        bench.write("policy3", policy + "group g 2 w0 w1 w2\nquorum g\n")

        def publish(name):
            bench.write(name, f"entry {name}\n")
            return subprocess.run([binary, "--storage_dir", bench.path("foreign"), "--entries", bench.path(name),
                                   "--private_key", key, "--witness_policy_file", bench.path("policy3")],
                                  capture_output=True, text=True, timeout=120).returncode
        assert publish("one.txt") == 0
        started[0][0].kill()
        assert publish("two.txt") == 0, "two of three are up"
        started[1][0].kill()
        assert publish("three.txt") != 0, "one of three is up"
        print("posix-oneshot: published with 3 and 2 of 3 witnesses, refused with 1")
    finally:
        for process, _, _ in started:
            process.kill()
            process.wait()


main()
