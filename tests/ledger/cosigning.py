#!/usr/bin/env python3
"""Cosignatures of a checkpoint add up: what a witness gave before it went down stays, so do lines of unknown keys; one
that does not hold goes. A quorum of witnesses is no endorsement: `prove` says both in different words."""
import base64
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import ROOT, Bench, need_cryptography
from small_log import start_witness

need_cryptography()
DASH = "\u2014"


def main():
    with Bench() as bench:
        case = bench.path("tms.case")
        bench.run("investigate", "-q", os.path.join(ROOT, "examples", "harbor", "NH-TMS01"), "--case", case)
        key = open(os.path.join(case, "log.vkey")).read().strip()
        checkpoint = os.path.join(case, "log", "checkpoint")
        one, one_key, one_url = start_witness(bench, "w.example/one", [key])
        two, two_key, two_url = start_witness(bench, "w.example/two", [key])
        policy = bench.write("policy", f"witness one {one_key} {one_url}\nwitness two {two_key} {two_url}\n"
                                       "group both all one two\nquorum both\n")
        try:
            large = f"{DASH} lattice.example {base64.b64encode(b'keyid' + bytes(2427)).decode()}\n"
            with open(checkpoint, "a", encoding="utf-8") as file:
                file.write(large)  # of ML-DSA-44's size
            two.kill()
            two.wait()
            assert "quorum both: NOT reached" in bench.run("ledger", "cosign", case, "--policy", policy, code=1)
            first = open(checkpoint, encoding="utf-8").read()
            assert large in first and f"{DASH} w.example/one " in first

            two, again, url = start_witness(bench, "w.example/two", [key])
            assert again == two_key
            bench.write("policy", open(policy).read().replace(two_url, url))
            one.kill()
            one.wait()
            said = bench.run("ledger", "cosign", case, "--policy", policy)
            assert "quorum both: reached" in said and "refused" in said, said  # one did not answer, and need not
            whole = open(checkpoint, encoding="utf-8").read()
            assert large in whole and whole.count(DASH) == 4, whole
            assert "witnessed by 2 of 2" in bench.run("ledger", "verify", case, "--policy", policy)

            # A known key whose line does not hold rejects the note, for whoever knows it; cosign puts it right.
            line = next(x for x in whole.splitlines() if x.startswith(f"{DASH} w.example/one "))
            bent = line[:-6] + ("A" if line[-6] != "A" else "B") + line[-5:]
            with open(checkpoint, "w", encoding="utf-8") as file:
                file.write(whole.replace(line, bent))
            bench.run("ledger", "verify", case, "--policy", policy, code=1)
            assert "NOT reached" in bench.run("ledger", "cosign", case, "--policy", policy, code=1)
            assert "w.example/one" not in open(checkpoint, encoding="utf-8").read()
            with open(checkpoint, "w", encoding="utf-8") as file:
                file.write(whole)

            high = bench.run("hunt", "-q", os.path.join(ROOT, "examples", "harbor", "NH-TMS01"), "--min-level", "high",
                             "--format", "ndjson").splitlines()
            finding = next(f for f in map(json.loads, high) if f.get("kind") == "sigma")
            steps = bench.run("prove", case, finding["id"], "--policy", policy)
            assert "witnessed: by 2 of 2" in steps and "standing, not endorsed" in steps, steps
        finally:
            for process in (one, two):
                process.kill()
                process.wait()
        print("cosignatures add up; unknown lines stay; witnessed, not endorsed")


main()
