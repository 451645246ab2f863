#!/usr/bin/env python3
"""A witness killed (-9) at random moments while it is asked: no cosignature that it gave is contradicted by what it
says after a restart. 20 kills; 200 with LEDGER_ROUNDS=full."""
import base64
import hashlib
import os
import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import FULL, Bench, need_cryptography

need_cryptography()
KILLS = 200 if FULL else 20
LEAVES = [hashlib.sha256(b"\0entry %d" % i).digest() for i in range(4096)]


def node(a, b):
    return hashlib.sha256(b"\1" + a + b).digest()


def root(lo, hi, memory={}):
    if hi - lo == 1:
        return LEAVES[lo]
    if (lo, hi) not in memory:
        half = 1 << ((hi - lo - 1).bit_length() - 1)
        memory[lo, hi] = node(root(lo, lo + half), root(lo + half, hi))
    return memory[lo, hi]


def consistency(m, lo, hi, known=True):
    if m == hi:
        return [] if known else [root(lo, hi)]
    half = 1 << ((hi - lo - 1).bit_length() - 1)
    if m <= lo + half:
        return consistency(m, lo, lo + half, known) + [root(lo + half, hi)]
    return consistency(m, lo + half, hi, False) + [root(lo, lo + half)]


def main():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives import serialization as s
    with Bench() as bench:
        name, private = "log.example/kill", Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        public = private.public_key().public_bytes(s.Encoding.Raw, s.PublicFormat.Raw)
        number = hashlib.sha256(name.encode() + b"\n\1" + public).digest()[:4]
        vkey = f"{name}+{number.hex()}+" + base64.b64encode(b"\1" + public).decode()
        bench.write("policy", f"log {vkey}\nquorum none\n")
        key = bench.new_key("w.example/kill")

        def start():
            process = subprocess.Popen([bench.program, "witness", "--key", key, "--policy", bench.path("policy"),
                                        "--db", bench.path("w.db")], stdout=subprocess.PIPE,
                                       env=bench.environment, text=True)
            process.stdout.readline()
            return process, process.stdout.readline().strip()

        def ask(url, old, size):
            text = f"{name}\n{size}\n{base64.b64encode(root(0, size)).decode()}\n"
            blob = base64.b64encode(number + private.sign(text.encode())).decode()
            proof = consistency(old, 0, size) if 0 < old < size else []
            lines = "".join(base64.b64encode(h).decode() + "\n" for h in proof)
            body = f"old {old}\n{lines}\n{text}\n\u2014 {name} {blob}\n"
            try:
                with urllib.request.urlopen(url + "/add-checkpoint", body.encode(), timeout=5) as answer:
                    return answer.status, answer.read()
            except urllib.error.HTTPError as error:
                return error.code, error.read()

        dice, cosigned, kills, asked = random.Random(9), 0, 0, 0
        process, url = start()
        while kills < KILLS:
            timer = threading.Timer(dice.uniform(0.005, 0.12), process.kill)
            timer.start()
            try:
                while True:
                    asked += 1
                    status, answer = ask(url, cosigned, min(4096, cosigned + dice.randrange(1, 3)))
                    if status == 409:  # it wrote and was killed before it answered: never less than what was given
                        assert int(answer) >= cosigned, (int(answer), cosigned)
                        cosigned = int(answer)
                    else:
                        assert status == 200, (status, answer)
                        sent = min(4096, cosigned + 2)
                        cosigned = size_of(url, name)
                        assert cosigned <= sent
            except (OSError, ConnectionError, AssertionError) as error:
                if isinstance(error, AssertionError):
                    raise
            timer.join()
            process.wait()
            kills += 1
            process, url = start()
            assert size_of(url, name) >= cosigned, "a cosignature is contradicted"
        process.kill()
        process.wait()
        print(f"{KILLS} kills, {asked} submissions, size {cosigned}: nothing contradicted")


def size_of(url, name):
    place = hashlib.sha256(name.encode()).hexdigest()
    try:
        with urllib.request.urlopen(f"{url}/{place}/checkpoint", timeout=5) as answer:
            return int(answer.read().split(b"\n")[1])
    except urllib.error.HTTPError:
        return 0


main()
