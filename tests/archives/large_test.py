#!/usr/bin/env python3
"""An archive of 10 GB unpacked, made here: large_test.py PROGRAM [GIGABYTES].

Demand: each line comes out once, and neither the program nor its decoder holds more than 200 MB.
"""
import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

LIMIT = 200 << 20


def peak_of(process, peaks):
    """Largest resident set of the process and of its children, as long as it lives."""
    while process.poll() is None:
        pids = [process.pid]
        try:
            with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
                pids += [int(one) for one in file.read().split()]
        except OSError:
            pass
        for place, pid in enumerate(pids):
            try:
                with open(f"/proc/{pid}/status") as file:
                    text = file.read()
            except OSError:
                continue
            for line in text.splitlines():
                if line.startswith("VmHWM:"):
                    key = "program" if place == 0 else "decoder"
                    peaks[key] = max(peaks.get(key, 0), int(line.split()[1]) << 10)
        time.sleep(0.05)


def main():
    program = sys.argv[1]
    size = int(float(sys.argv[2] if len(sys.argv) > 2 else 10) * (1 << 30))
    lines = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "large.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1, allowZip64=True) as archive:
            with archive.open(zipfile.ZipInfo("logs/large.json"), "w", force_zip64=True) as member:
                written = 0
                while written < size:
                    block = b"".join(b'{"Channel":"Security","EventID":4688,"n":%d,"pad":"%s"}\n'
                                     % (lines + i, b"abcdefgh" * 60) for i in range(4000))
                    lines += 4000
                    written += len(block)
                    member.write(block)
        rules = os.path.join(os.path.dirname(__file__), "../../rules")
        run = subprocess.Popen([program, "rules", "blind", rules, path], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
        peaks = {}
        watch = threading.Thread(target=peak_of, args=(run, peaks))
        watch.start()
        said = run.stderr.read().decode().strip()
        run.wait()
        watch.join()
    print(f"{written} bytes, {lines} lines; peaks: {peaks}; {said}")
    good = f"{lines:,} events" in said and 0 < max(peaks.values(), default=0) <= LIMIT
    sys.exit(0 if good else 1)


main()
