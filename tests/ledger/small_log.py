"""A small log with entries, cosigned by a witness of ours; its proofs as files."""
import os
import subprocess

from equipment import claim_body


def make_log(bench, size, origin="log.example/small"):
    log = bench.path(origin.replace("/", "_") + str(size))
    key, author = bench.path("log.example_small.key"), bench.path("author.example.key")
    if not os.path.exists(key):
        key, author = bench.new_key("log.example/small"), bench.new_key("author.example")
    bench.run("ledger", "init", log, "--origin", origin, "--key", key)
    if size:
        lines = bench.sign(author, "key", {"action": "add", "key": bench.vkey(author)}) + "\n"
        lines += (bench.sign(author, "claim", claim_body("a claim")) + "\n") * (size - 1)
        bench.write("entries", lines)
        bench.run("ledger", "append", log, bench.path("entries"), "--key", key)
    return log


def start_witness(bench, name, logs):
    """(process, vkey, url); `logs`: vkeys."""
    policy = bench.write(name.replace("/", "_") + ".logs", "".join(f"log {x}\n" for x in logs) + "quorum none\n")
    key = bench.path(name.replace("/", "_") + ".key")
    if not os.path.exists(key):
        bench.new_key(name)
    process = subprocess.Popen([bench.program, "witness", "--key", key, "--policy", policy, "--db",
                                bench.path(name.replace("/", "_") + ".db")], stdout=subprocess.PIPE,
                               env=bench.environment, text=True)
    return process, process.stdout.readline().strip(), process.stdout.readline().strip()


def cosigned_log(bench, size):
    log = make_log(bench, size)
    process, vkey, url = start_witness(bench, "w.example/one", [open(os.path.join(log, "log.vkey")).read().strip()])
    try:
        policy = bench.write("policy", f"witness one {vkey} {url}\nquorum one\n")
        assert "reached" in bench.run("ledger", "cosign", log, "--policy", policy)
        bench.run("ledger", "verify", log, "--policy", policy)
    finally:
        process.kill()
        process.wait()
    return log, bench.write("witness.vkey", vkey + "\n")


def entry_of(bench, index):
    lines = open(bench.path("entries")).read().splitlines()
    return lines[index]


def proofs_of(bench, log, indexes):
    out = []
    for index in indexes:
        out.append(bench.write(f"{index}.tlog-proof", bench.run("ledger", "prove", log, str(index))))
        out.append(bench.write(f"{index}.entry", entry_of(bench, index) + "\n"))
    return out
