#!/usr/bin/env python3
"""instructions.py PROGRAM [--record]: five fixed small runs cost as many instructions as recorded, within 3 %.

Counted by `valgrind --tool=callgrind`: a busy machine does not change them, unlike times. They are comparable only
between equal surroundings, so the recorded ones are named in instructions.json; where valgrind is missing or a library,
the compiler or what the processor offers differs, the test is skipped with one line (exit 77). glibc is held to one
choice of string routines by GLIBC_TUNABLES, OpenSSL by OPENSSL_ia32cap, simdjson by SIMDJSON_FORCE_IMPLEMENTATION;
the program's own AVX2 kernels are chosen by the processor, so that AVX2 is part of the surroundings.

A run that became cheaper by more than 3 % fails too: then record anew, `tests/golden/instructions.py PROGRAM --record`,
and say in the commit what changed. Everything read is part of the project or made here.
"""
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RECORD = os.path.join(HERE, "instructions.json")
BAND = 0.03
LIBRARIES = ("libc.so", "libcrypto.so", "libstdc++.so", "libsimdjson.so", "libre2.so", "libyaml-0.so", "libdeflate.so",
             "libarchive.so", "libfmt.so", "libsqlite3.so", "libz.so")


def surroundings(program):
    """What decides the counts besides our own code; paths and builds that change every day stay out."""
    flags = ""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith(("flags", "Features")):
                flags = " " + line.split(":", 1)[1] + " "
                break
    found = {"machine": os.uname().machine,
             "avx2": " avx2 " in flags,
             "valgrind": output(["valgrind", "--version"]),
             "compiler": compiler_of(program)}
    for line in output(["ldd", program]).splitlines():
        name, _, path = line.strip().partition(" => ")
        if name.startswith(LIBRARIES):
            real = os.path.realpath(path.split(" (")[0])
            owner = output(["dpkg-query", "-S", real]) or output(["dpkg-query", "-S", real.removeprefix("/usr")])
            owner = owner.split(": ")[0]
            found[name] = output(["dpkg-query", "-W", "-f=${Version}", owner]) if owner else "not packaged"
    return found


def compiler_of(program):
    for line in output(["readelf", "-p", ".comment", program]).splitlines():
        if "GCC" in line or "clang" in line:
            return line.split("]", 1)[1].strip()
    return "unknown"


def output(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""


def make_json_lines(path):
    with open(path, "w", encoding="utf-8") as file:
        for i in range(2000):
            event = {"@timestamp": f"2024-03-14T10:{i // 60 % 60:02}:{i % 60:02}.0000000Z", "EventID": 1 + i % 3 * 6,
                     "Channel": "Microsoft-Windows-Sysmon/Operational", "Hostname": f"HOST-{i % 7}",
                     "Image": f"C:\\Windows\\System32\\program{i % 31}.exe", "RecordNumber": i,
                     "CommandLine": f"program{i % 31}.exe --job {i * 7919} --out C:\\Temp\\{i * 104729}.txt",
                     "ParentImage": "C:\\Windows\\System32\\services.exe", "User": "NT AUTHORITY\\SYSTEM"}
            file.write(json.dumps(event) + "\n")


def runs(program, folder):
    lines = os.path.join(folder, "made.ndjson")
    make_json_lines(lines)
    # Unpacked here: valgrind needs memory that can be executed, which the confined decoder is refused.
    sysmon = os.path.join(folder, "sysmon.evtx")
    packed = os.path.join(ROOT, "examples/harbor/NH-TMS01/Microsoft-Windows-Sysmon%4Operational.evtx.gz")
    with gzip.open(packed) as source, open(sysmon, "wb") as file:
        shutil.copyfileobj(source, file)
    out = ["--threads", "1", "-q", "-o", os.path.join(folder, "out")]
    return {"hunt": [program, "hunt", sysmon, *out],
            "hunt_json": [program, "hunt", lines, *out],
            "dump": [program, "dump", sysmon, *out],
            "rules_check": [program, "rules", "check", "rules/vt", "rules/basis"],
            "investigate": [program, "investigate", sysmon, "--threads", "1", "-q", "--case", folder + "/case"]}


def count(command, folder):
    counts = os.path.join(folder, "callgrind")
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": folder, "XDG_CACHE_HOME": folder,
                   "LC_ALL": "C", "TZ": "UTC", "SOURCE_DATE_EPOCH": "1700000000",
                   "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2_Usable,-AVX2,-AVX512F,-ERMS,-FSRM",
                   "OPENSSL_ia32cap": "~0x200000200000000:~0x0", "SIMDJSON_FORCE_IMPLEMENTATION": "westmere"}
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + counts, *command], cwd=ROOT,
                          env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"instructions: exit {done.returncode} of {' '.join(command)}\n{done.stderr[-2000:]}")
    with open(counts, encoding="utf-8") as file:
        for line in file:
            if line.startswith(("totals:", "summary:")):
                return int(line.split()[1])
    sys.exit("instructions: callgrind wrote no totals")


def main():
    program = os.path.abspath(sys.argv[1])
    if not shutil.which("valgrind"):
        print("instructions: skipped, valgrind is not installed (tools/install_packages bench)")
        return 77
    here = surroundings(program)
    recorded = None
    if "--record" not in sys.argv:
        with open(RECORD, encoding="utf-8") as file:
            recorded = json.load(file)
        for name in sorted(recorded["surroundings"].keys() | here.keys()):
            then, now = recorded["surroundings"].get(name), here.get(name)
            if then != now:
                print(f"instructions: skipped, {name} is {now!r}, recorded with {then!r}")
                return 77
    with tempfile.TemporaryDirectory() as folder:
        counted = {name: count(command, folder) for name, command in runs(program, folder).items()}
    if recorded is None:
        with open(RECORD, "w", encoding="utf-8") as file:
            json.dump({"surroundings": here, "instructions": counted}, file, indent=1, sort_keys=True)
            file.write("\n")
        print(f"instructions: recorded {counted}")
        return 0
    bad = 0
    for name, now in counted.items():
        then = recorded["instructions"][name]
        change = now / then - 1
        bad += abs(change) > BAND
        verdict = " <-- outside the band" if abs(change) > BAND else ""
        print(f"{name}: {now:,} instructions, recorded {then:,} ({change:+.2%}){verdict}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
