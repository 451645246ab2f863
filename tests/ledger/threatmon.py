#!/usr/bin/env python3
"""The dispute of April to July 2024 as a log would have carried it: claim, revision with reason, contest, answer; each
with a proof that an outsider checks offline; `ledger monitor` says in words what changed."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import ROOT, Bench, claim_body, need_cryptography

need_cryptography()


def main():
    with Bench() as bench:
        log = bench.path("log-of-dispute")
        key = bench.new_key("log.example/dispute")
        vendor, centre = bench.new_key("threatmon.example"), bench.new_key("cverc.example")
        bench.run("ledger", "init", log, "--origin", "log.example/dispute", "--key", key)

        # A key of another name, and no key at all: the log's name is its key's.
        assert bench.run("ledger", "init", bench.path("other"), "--origin", "else.example", "--key",
                         key).startswith("else.example+")
        assert bench.run("ledger", "init", bench.path("default")).startswith("silhouette/log+")

        def say(who, kind, body):
            entry = bench.write("entry.json", bench.sign(who, kind, body) + "\n")
            return int(bench.run("ledger", "append", log, entry, "--key", key))

        say(vendor, "key", {"action": "add", "key": bench.vkey(vendor)})
        say(vendor, "key", {"action": "add", "key": bench.vkey(centre)})
        first = say(vendor, "claim", claim_body("These addresses belong to the Dark Power gang"))
        april = bench.write("april.checkpoint", bench.run("ledger", "checkpoint", log))
        second = say(vendor, "claim", claim_body("These addresses, five left out, belong to the Dark Power gang"))
        say(vendor, "revise",
            {"old": first, "new": second, "reason": "judged possibly wrong after further analysis"})
        contest = say(centre, "contest", {"claims": [second], "grounds": "the edit was ordered suppression"})
        say(vendor, "answer", {"contest": contest, "text": "no pressure; shared addresses do not prove identity"})

        words = bench.run("ledger", "monitor", log, "--since", april).splitlines()
        expected = ["grew from 3 to 7 entries, nothing taken away",
                    "entry 3: threatmon.example claims: These addresses, five left out, belong to the Dark Power gang",
                    "entry 4: threatmon.example revises claim 2 by claim 3, reason: judged possibly wrong after "
                    "further analysis",
                    "entry 5: cverc.example contests claim 3: the edit was ordered suppression",
                    "entry 6: threatmon.example answers the contest of entry 5: no pressure; shared addresses do not "
                    "prove identity"]
        assert words == expected, "\n".join(words)
        bench.run("ledger", "verify", log)

        # An outsider's script, for every entry, from files alone.
        for index in range(7):
            proof = bench.write(f"{index}.tlog-proof", bench.run("ledger", "prove", log, str(index)))
            entry = bench.write(f"{index}.entry", entry_of(log, index))
            done = subprocess.run([sys.executable, os.path.join(ROOT, "tools", "verify_ledger.py"), "proof",
                                   os.path.join(log, "log.vkey"), proof, entry], capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr

        # The same log with its history rewritten: the monitor says so.
        other = bench.path("forked")
        bench.run("ledger", "init", other, "--origin", "log.example/dispute", "--key", key)
        for text in ("another", "history"):
            bench.write("entry.json", bench.sign(vendor, "key" if text == "another" else "claim",
                        {"action": "add", "key": bench.vkey(vendor)} if text == "another" else claim_body(text)) + "\n")
            bench.run("ledger", "append", other, bench.path("entry.json"), "--key", key)
        for _ in range(3):
            bench.run("ledger", "append", other, bench.path("entry.json"), "--key", key)
        assert "does not continue" in bench.run("ledger", "monitor", other, "--since", april, code=1)
        print("7 entries, 7 proofs checked by an outsider; monitor in words; fork seen")


def entry_of(log, index):
    with open(os.path.join(log, "log", "tile", "entries", "000.p", "7"), "rb") as file:
        bundle = file.read()
    for _ in range(index):
        bundle = bundle[2 + int.from_bytes(bundle[:2], "big"):]
    return bundle[2:2 + int.from_bytes(bundle[:2], "big")]


main()
