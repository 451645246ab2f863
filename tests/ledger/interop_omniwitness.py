#!/usr/bin/env python3
"""OmniWitness, a witness that we did not write, cosigns our log; when the log has grown, our client starts from
nothing, is told the size by a 409 and goes on from there; a log that was rewritten gets no cosignature."""
import os
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import Bench, claim_body, need_cryptography, skip
from foreign_log import b64, sha
from small_log import make_log

need_cryptography()
MODULE = """module omniwitness-of-a-test

go 1.25

require github.com/transparency-dev/witness v0.0.0-20260720115447-2e1c6971d19e

replace github.com/transparency-dev/merkle => github.com/transparency-dev/merkle v0.0.3-0.20260727102338-4491f478b7dc
"""


def build(folder):
    if not shutil.which("go"):
        skip("no Go toolchain")
    binary = os.path.abspath(os.path.join(folder, "omniwitness"))
    if not os.path.exists(binary):
        source = os.path.join(folder, "omniwitness-source")
        os.makedirs(source, exist_ok=True)
        with open(os.path.join(source, "go.mod"), "w") as file:
            file.write(MODULE)
        done = subprocess.run(["go", "build", "-mod=mod", "-o", binary,
                               "github.com/transparency-dev/witness/cmd/omniwitness"], cwd=source, capture_output=True,
                              text=True)
        if done.returncode != 0:
            skip("OmniWitness could not be had or built: " + done.stderr.strip().split("\n")[-1])
    return binary


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cosigner_vkey(bench, key, name):
    """The key of type 0x04 that belongs to a signing key."""
    import base64
    public = base64.b64decode(bench.vkey(key).split("+", 2)[2])[1:]
    blob = b"\4" + public
    return f"{name}+{sha(name.encode(), bytes([10]), blob)[:4].hex()}+{b64(blob)}"


def start(bench, binary, key, log):
    vkey = open(os.path.join(log, "log.vkey")).read().strip()
    logs = bench.write("logs.yaml", f"Logs:\n  - Origin: {vkey.split('+')[0]}\n    URL: http://127.0.0.1:1/\n"
                       f"    PublicKey: {vkey}\n    Feeder: none\n")
    port = free_port()
    process = subprocess.Popen([binary, "--private_key_path", key, "--db_file", bench.path("omni.db"),
                                "--additional_logs", logs, "--listen", f"127.0.0.1:{port}", "--metrics_listen", ""],
                               stderr=open(bench.path("omni.log"), "w"))
    for _ in range(200):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return process, f"http://127.0.0.1:{port}"
        time.sleep(0.05)
    process.kill()
    raise AssertionError("OmniWitness does not listen: " + open(bench.path("omni.log")).read()[-2000:])


def main():
    os.makedirs(sys.argv[2], exist_ok=True)
    binary = build(sys.argv[2])
    with Bench() as bench:
        log = make_log(bench, 300)
        log_key, author = bench.path("log.example_small.key"), bench.path("author.example.key")
        key = bench.new_key("omni.example")
        process, url = start(bench, binary, key, log)
        try:
            policy = bench.write("policy", f"witness omni {cosigner_vkey(bench, key, 'omni.example')} {url}\n"
                                 "quorum omni\n")
            assert "quorum omni: reached" in bench.run("ledger", "cosign", log, "--policy", policy)
            assert "witnessed by 1 of 1" in bench.run("ledger", "verify", log, "--policy", policy)
            bench.write("more", (bench.sign(author, "claim", claim_body("another claim")) + "\n") * 500)
            bench.run("ledger", "append", log, bench.path("more"), "--key", log_key)
            assert "NOT" not in bench.run("ledger", "cosign", log, "--policy", policy), "recovers from 409"
            assert "800 entries" in bench.run("ledger", "verify", log, "--policy", policy)
            # The same name and key, another history: the client has no proof to give, and no cosignature comes.
            shutil.rmtree(log)
            bench.run("ledger", "init", log, "--origin", "log.example/small", "--key", log_key)
            lines = bench.sign(author, "key", {"action": "add", "key": bench.vkey(author)}) + "\n"
            lines += (bench.sign(author, "claim", claim_body("history rewritten")) + "\n") * 899
            bench.run("ledger", "append", log, bench.write("rewritten", lines), "--key", log_key)
            assert "NOT reached" in bench.run("ledger", "cosign", log, "--policy", policy, code=1)
        finally:
            process.kill()
            process.wait()
    print("OmniWitness: cosigned 300 entries, then 800 after a 409; a rewritten log it refused")


main()
