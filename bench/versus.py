#!/usr/bin/env python3
"""Runs silhouette and each peer that is present on the same files in one sitting, several rounds in turn.

usage: versus.py --program build/release/silhouette [--shared ../shared] [--work /dev/shm/versus] [--rounds 5]
                 [--only NAME[,NAME]] [--out bench/results]

Before it believes a time it checks the exit status, that a side gives the same number of findings in every round, and
that silhouette's output is the same bytes with one and with two threads. Writes results.json and results.md: median
wall
time, CPU time, peak memory, ratio (peer / silhouette; above 1 silhouette is faster) and hits.
Corpora are made by ../shared/bin when they are not in --work yet. Peers that are absent are named and passed over.
"""

import argparse, json, os, platform, resource, shutil, statistics, subprocess, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))


def run(command, cwd=None, out=None):
    """(wall s, cpu s, peak MB, exit code, stderr)"""
    sink = open(out, "wb") if out else subprocess.DEVNULL
    begun = time.monotonic()
    child = subprocess.Popen(command, cwd=cwd, stdout=sink, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    error = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if out:
        sink.close()
    return (
        wall,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        child.returncode,
        error.decode(errors="replace"),
    )


def lines_of(path):
    count = 0
    if os.path.exists(path):
        with open(path, "rb") as f:
            for block in iter(lambda: f.read(1 << 20), b""):
                count += block.count(b"\n")
    return count


def findings_of(path):
    with open(path, "rb") as f:
        return sum(1 for line in f if line.startswith(b'{"schema":"silhouette/finding/'))


class Side:
    def __init__(self, name, command, out=None, cwd=None, count=lines_of, accept=(0,), scan=None):
        self.name, self.command, self.out, self.cwd, self.count, self.accept, self.scan = (
            name,
            command,
            out,
            cwd,
            count,
            accept,
            scan,
        )
        self.walls, self.cpus, self.peaks, self.hits, self.scans = [], [], [], [], []
        self.problem = None

    def round(self):
        wall, cpu, peak, code, error = run(
            self.command, self.cwd, self.out if self.out and self.out.endswith(".stdout") else None
        )
        if code not in self.accept:
            self.problem = f"exit {code}: {error.strip()[-200:]}"
            return
        self.walls.append(wall)
        self.cpus.append(cpu)
        self.peaks.append(peak)
        if self.out:
            self.hits.append(self.count(self.out))
        if self.scan:
            self.scans.append(self.scan(error))


def scan_ms(error):
    for line in error.splitlines():
        if line.startswith('{"load_ms"'):
            return json.loads(line)["scan_ms"] / 1000
    return None


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", default=os.path.join(HERE, "../build/release/silhouette"))
    options.add_argument("--shared", default=os.path.join(HERE, "../../shared"))
    options.add_argument("--work", default="/dev/shm/versus")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", default="")
    options.add_argument("--out", default=os.path.join(HERE, "results"))
    options = options.parse_args()
    shared, work, program = map(os.path.abspath, (options.shared, options.work, options.program))
    peers = os.path.join(shared, "peers")
    if not os.path.isdir(shared):
        sys.exit("versus: skipped, no ../shared here")
    os.makedirs(work, exist_ok=True)
    rules3 = [
        os.path.join(shared, "data/sigmahq", d) for d in ("rules", "rules-emerging-threats", "rules-threat-hunting")
    ]
    corpora = make_corpora(shared, work)
    results = []
    for task in tasks(program, peers, shared, work, rules3, corpora, options.rounds):
        if options.only and task["name"] not in options.only.split(","):
            continue
        results.append(measure(task))
        print(table(results[-1:]), flush=True)
    os.makedirs(options.out, exist_ok=True)
    record = {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "cpu": cpu_name(),
        "rounds": options.rounds,
        "results": results,
    }
    with open(os.path.join(options.out, "results.json"), "w") as f:
        json.dump(record, f, indent=1)
    with open(os.path.join(options.out, "results.md"), "w") as f:
        f.write(table(results))


def cpu_name():
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown"


def make_corpora(shared, work):
    found = {}
    for name, channel in (("sysmon", "sysmon"), ("security", "security")):
        path = os.path.join(work, name + "300.evtx")
        if not os.path.exists(path):
            subprocess.run(
                [
                    sys.executable,
                    os.path.join(shared, "bin/make_corpus.py"),
                    path,
                    "300",
                    os.path.join(shared, "data/evtx"),
                ],
                env=dict(os.environ, CHANNEL=channel),
                check=True,
                stdout=subprocess.DEVNULL,
            )
        found[name] = path
    path = os.path.join(work, "otrf100k.ndjson")
    if not os.path.exists(path):
        subprocess.run(
            [sys.executable, os.path.join(shared, "bin/make_ndjson.py"), path, "100000"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    found["otrf"] = path
    return found


def tasks(program, peers, shared, work, rules3, corpora, rounds):
    def ours(name, verb, path, *more, threads=1):
        out = os.path.join(work, f"ours-{name}-{threads}")
        rules = [a for r in rules3 for a in ("--rules", r)] if verb == "hunt" else []
        return Side(
            f"silhouette, {threads} thread" + ("s" if threads > 1 else ""),
            [
                program,
                verb,
                path,
                *rules,
                "--threads",
                str(threads),
                "--timings",
                "-o",
                out,
                "--format",
                "ndjson",
                *more,
            ],
            out,
            count=findings_of if verb == "hunt" else lines_of,
            scan=scan_ms,
            accept=(0, 4),
        )

    def dump(path, name):
        return Side(
            "evtx_dump, 1 thread",
            [os.path.join(peers, "evtx_dump"), "-t", "1", "-o", "jsonl", path],
            os.path.join(work, name + ".stdout"),
        )

    rules_dir = os.path.join(work, "hayabusa")

    def hayabusa(path, name, folder=False):
        if not os.path.isdir(os.path.join(rules_dir, "rules")):
            os.makedirs(rules_dir, exist_ok=True)
            archive = os.path.join(peers, "hayabusa-rules.tar.zst")
            if os.path.exists(archive):
                subprocess.run(["tar", "--zstd", "-xf", archive, "-C", rules_dir], check=True)
            inner = [d for d in os.listdir(rules_dir)]
            if "rules" not in inner and len(inner) == 1:
                os.rename(os.path.join(rules_dir, inner[0]), os.path.join(rules_dir, "rules"))
        out = os.path.join(work, "hayabusa-" + name)
        return Side(
            "hayabusa, 2 threads",
            [
                os.path.join(peers, "hayabusa"),
                "dfir-timeline",
                "-d" if folder else "-f",
                path,
                "-w",
                "-q",
                "-C",
                "-t",
                "jsonl",
                "-o",
                out,
                "-Q",
                "-U",
                "--no-color",
                "-n",
            ],
            out,
            cwd=rules_dir,
        )

    def chainsaw(path):
        out = os.path.join(work, "chainsaw.out")
        if os.path.exists(out):
            os.remove(out)
        return Side(
            "chainsaw, 2 threads",
            [
                os.path.join(peers, "chainsaw"),
                "hunt",
                path,
                *[a for r in rules3 for a in ("-s", r)],
                "-m",
                os.path.join(peers, "chainsaw-mapping.yml"),
                "--jsonl",
                "-q",
                "-o",
                out,
            ],
            out,
        )

    evtx = os.path.join(shared, "data/evtx")
    sysmon, security, otrf = corpora["sysmon"], corpora["security"], corpora["otrf"]
    yield dict(
        name="sysmon",
        rounds=rounds,
        sides=[ours("sysmon", "hunt", sysmon), ours("sysmon", "hunt", sysmon, threads=2), dump(sysmon, "sysmon")],
    )
    yield dict(
        name="sysmon-nocache",
        rounds=rounds,
        sides=[ours("nocache", "hunt", sysmon, "--no-value-cache"), dump(sysmon, "sysmon")],
    )
    yield dict(
        name="security",
        rounds=rounds,
        sides=[
            ours("security", "hunt", security),
            ours("security", "hunt", security, threads=2),
            dump(security, "security"),
        ],
    )
    yield dict(
        name="custody", rounds=rounds, sides=[ours("custody", "hunt", sysmon, "--custody"), dump(sysmon, "sysmon")]
    )
    yield dict(
        name="distinct",
        rounds=rounds,
        sides=[ours("distinct", "hunt", evtx), ours("distinct", "hunt", evtx, threads=2)],
    )
    yield dict(
        name="dump",
        rounds=rounds,
        sides=[ours("dump", "dump", sysmon), ours("dump", "dump", sysmon, threads=2), dump(sysmon, "sysmon")],
    )
    yield dict(
        name="otrf", rounds=rounds, sides=[ours("otrf", "hunt", otrf), ours("otrf", "hunt", otrf, threads=2)]
    )
    rsigma = Side(
        "rsigma, 1 thread",
        [
            "taskset",
            "-c",
            "0",
            os.path.join(peers, "rsigma"),
            "engine",
            "eval",
            *[a for r in rules3 for a in ("-r", r)],
            "-e",
            "@" + otrf,
            "-q",
        ],
        os.path.join(work, "rsigma.stdout"),
    )
    yield dict(name="rsigma", rounds=1, sides=[ours("otrf", "hunt", otrf), rsigma])
    yield dict(
        name="hayabusa", rounds=1, sides=[ours("sysmon", "hunt", sysmon, threads=2), hayabusa(sysmon, "sysmon")]
    )
    yield dict(
        name="hayabusa-distinct",
        rounds=1,
        sides=[ours("distinct", "hunt", evtx, threads=2), hayabusa(evtx, "distinct", True)],
    )
    yield dict(name="chainsaw", rounds=1, sides=[ours("sysmon", "hunt", sysmon, threads=2), chainsaw(sysmon)])


def measure(task):
    sides = [s for s in task["sides"] if shutil.which(s.command[0]) or os.path.exists(s.command[0])]
    for missing in (s for s in task["sides"] if s not in sides):
        print(f'{task["name"]}: passed over, no {missing.command[0]}', file=sys.stderr)
    for _ in range(task["rounds"]):
        for side in sides:
            if not side.problem:
                side.round()
    ours = [s for s in sides if s.name.startswith("silhouette")]
    if len(ours) == 2 and not any(s.problem for s in ours):
        with open(ours[0].out, "rb") as a, open(ours[1].out, "rb") as b:
            if a.read() != b.read():
                ours[1].problem = "other bytes than with one thread"
    for side in sides:
        if len(set(side.hits)) > 1:
            side.problem = f"hits differ between rounds: {sorted(set(side.hits))}"
    base = statistics.median(ours[0].walls) if ours and ours[0].walls else None
    rows = []
    for side in sides:
        row = {"side": side.name, "problem": side.problem}
        if not side.problem:
            wall = statistics.median(side.walls)
            row.update(
                wall_s=round(wall, 3),
                cpu_s=round(statistics.median(side.cpus), 3),
                peak_mb=round(max(side.peaks), 1),
                hits=side.hits[0] if side.hits else None,
                ratio=round(wall / base, 2) if base else None,
                scan_s=round(statistics.median(side.scans), 3) if side.scans and None not in side.scans else None,
            )
        rows.append(row)
    return {"task": task["name"], "rounds": task["rounds"], "rows": rows}


def table(results):
    out = "| task | side | wall s | scan s | CPU s | peak MB | hits or lines | time / silhouette, 1st row |\n"
    out += "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
    for result in results:
        for row in result["rows"]:
            if row["problem"]:
                out += f'| {result["task"]} | {row["side"]} | {row["problem"]} | | | | | |\n'
            else:
                cells = [result["task"], row["side"], row["wall_s"], row.get("scan_s") or "", row["cpu_s"]]
                cells += [row["peak_mb"], row["hits"], row["ratio"]]
                out += "| " + " | ".join(map(str, cells)) + " |\n"
    return out


if __name__ == "__main__":
    main()
