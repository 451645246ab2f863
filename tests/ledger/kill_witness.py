#!/usr/bin/env python3
"""A witness killed (-9) at random moments while it is asked: no cosignature that it gave is contradicted by what it
says after a restart. 20 kills; 200 with LEDGER_ROUNDS=full."""
import http.client
import os
import random
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import FULL, Bench, need_cryptography
from foreign_log import Asker, ForeignLog, place_of
from small_log import start_witness

need_cryptography()
KILLS = 200 if FULL else 20


def main():
    with Bench() as bench:
        log = ForeignLog("log.example/kill")

        def start():
            process, _, url = start_witness(bench, "w.example/kill", [log.vkey])
            return process, url

        def ask(url, old, size):
            asker = Asker(url, timeout=5)
            try:
                status, _, answer = asker.add(log.submission(old, size))
                return status, answer
            finally:
                asker.close()

        dice, cosigned, kills, asked = random.Random(9), 0, 0, 0
        process, url = start()
        while kills < KILLS:
            timer = threading.Timer(dice.uniform(0.005, 0.12), process.kill)
            timer.start()
            try:
                while True:
                    asked += 1
                    wanted = min(4096, cosigned + dice.randrange(1, 3))
                    status, answer = ask(url, cosigned, wanted)
                    if status == 409:  # it wrote and was killed before it answered: never less than what was given
                        assert int(answer) >= cosigned, (int(answer), cosigned)
                        cosigned = int(answer)
                    else:
                        assert status == 200, (status, answer)
                        cosigned = wanted  # from here on it must remember, whenever it is killed
            except (OSError, http.client.HTTPException):
                pass  # killed while it was asked
            timer.join()
            process.wait()
            kills += 1
            process, url = start()
            assert size_of(url, log.name) >= cosigned, "a cosignature is contradicted"
        process.kill()
        process.wait()
        print(f"{KILLS} kills, {asked} submissions, size {cosigned}: nothing contradicted")


def size_of(url, name):
    asker = Asker(url, timeout=5)
    try:
        status, _, answer = asker.ask("GET", place_of(name))
        return int(answer.split(b"\n")[1]) if status == 200 else 0
    finally:
        asker.close()


main()
