#!/usr/bin/env python3
"""The dispute of April to July 2024 as a log would have carried it: claim, revision with reason, contest, answer; each
with its date and a proof that an outsider checks offline; `ledger monitor` tells it in English and French."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import ROOT, Bench, claim_body, need_cryptography

need_cryptography()
ENGLISH = """\
grew from 3 to 7 entries, nothing taken away
entry 3: threatmon.example claims: These addresses, five left out, belong to the Dark Power gang
entry 4: threatmon.example revises claim 2 by claim 3, reason: judged possibly wrong after further analysis
entry 5 (dated by its author: 2024-07-08): cverc.example contests claim 3: the edit was ordered suppression
entry 6 (dated by its author: 2024-07-10): threatmon.example answers the contest of entry 5: no pressure; shared \
addresses do not prove identity
""".splitlines()
FRENCH = """\
passé de 3 à 7 entrées, rien n'a été enlevé
entrée 3 : threatmon.example affirme : These addresses, five left out, belong to the Dark Power gang
entrée 4 : threatmon.example révise l'affirmation 2 par l'affirmation 3, motif : judged possibly wrong after \
further analysis
entrée 5 (datée par son auteur : 2024-07-08) : cverc.example conteste l'affirmation 3 : the edit was ordered suppression
entrée 6 (datée par son auteur : 2024-07-10) : threatmon.example répond à la contestation de l'entrée 5 : no pressure; \
shared addresses do not prove identity
""".splitlines()


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

        def say(who, kind, body, date=None):
            body = body | {"date": date} if date else body
            entry = bench.write("entry.json", bench.sign(who, kind, body) + "\n")
            return int(bench.run("ledger", "append", log, entry, "--key", key))

        say(vendor, "key", {"action": "add", "key": bench.vkey(vendor)})
        say(vendor, "key", {"action": "add", "key": bench.vkey(centre)})
        first = say(vendor, "claim", claim_body("These addresses belong to the Dark Power gang"))
        april = bench.write("april.checkpoint", bench.run("ledger", "checkpoint", log))
        second = say(vendor, "claim", claim_body("These addresses, five left out, belong to the Dark Power gang"))
        say(vendor, "revise",
            {"old": first, "new": second, "reason": "judged possibly wrong after further analysis"})
        contest = say(centre, "contest", {"claims": [second], "grounds": "the edit was ordered suppression"},
                      "2024-07-08")
        say(vendor, "answer", {"contest": contest, "text": "no pressure; shared addresses do not prove identity"},
            "2024-07-10")

        proofs = bench.path("proofs")
        words = bench.run("ledger", "monitor", log, "--since", april, "--proofs", proofs).splitlines()
        assert words == ENGLISH, "\n".join(words)
        words = bench.run("ledger", "monitor", log, "--since", april, "--lang", "fr").splitlines()
        assert words == FRENCH, "\n".join(words)
        bench.run("ledger", "verify", log)

        # An outsider's script, for every line of the timeline, from files alone; and our own program.
        ends = ("entry", "tlog-proof")
        assert sorted(os.listdir(proofs)) == sorted(f"{i}.{end}" for i in range(3, 7) for end in ends)
        bench.run("ledger", "monitor", log, "--proofs", proofs)
        for index in range(7):
            entry, proof = (os.path.join(proofs, f"{index}.{end}") for end in ends)
            assert open(entry, "rb").read() == entry_of(log, index) + b"\n"
            vkey = os.path.join(log, "log.vkey")
            script = os.path.join(ROOT, "tools", "verify_ledger.py")
            done = subprocess.run([sys.executable, script, "proof", vkey, proof, entry], capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
            assert bench.run("ledger", "verify", proof, "--entry", entry, "--vkey", vkey).startswith("holds")

        # What somebody writes into an entry neither makes lines of its own nor steers a terminal.
        full = bench.run("ledger", "checkpoint", log)
        say(centre, "claim", claim_body("\x1b[2J all clear\nentry 99: \u202evendor"))
        words = bench.run("ledger", "monitor", log, "--since", bench.write("full", full)).splitlines()
        assert words[1:] == ["entry 7: cverc.example claims: \\x1b[2J all clear entry 99: \\u{202e}vendor"], words

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
        assert "ne prolonge pas" in bench.run("ledger", "monitor", other, "--since", april, "--lang", "fr", code=1)
        print("7 entries, 7 proofs checked by an outsider; monitor in two languages; fork seen")


def entry_of(log, index):
    with open(os.path.join(log, "log", "tile", "entries", "000.p", "7"), "rb") as file:
        bundle = file.read()
    for _ in range(index):
        bundle = bundle[2 + int.from_bytes(bundle[:2], "big"):]
    return bundle[2:2 + int.from_bytes(bundle[:2], "big")]


main()
