#!/usr/bin/env python3
"""Runs silhouette and each peer that is present on the same files in one sitting, several rounds in turn.

usage: versus.py [--program build/release/silhouette] [--shared ../shared] [--work /dev/shm/versus] [--rounds 5]
                 [--quick] [--only NAME[,NAME]] [--growth] [--out bench/results] [--readme] [--date YYYY-MM-DD]

Medians of --rounds rounds, the sides of a task in turn; peers that need a minute run once. One run of each silhouette
side comes first and is not counted, so the rule cache and the page cache are warm; the task `cold` shows what the first
run costs. Before it believes a time it checks the exit status, that a side gives the same number of findings in every
round, and that silhouette's output is the same bytes with one and two threads, with and without the value cache.

Writes results.json and results.md to --out; with --readme also the block in README.md between its two marks.
`compared s` is the time that the ratio is made of: wall time, or what is left of it without start-up and rule loading
where the task says so. Ratio: the side's time / silhouette's; above 1 silhouette is faster.
The date is --date or SOURCE_DATE_EPOCH. Corpora are made by ../shared/bin when --work does not have them.
Peers that are absent are named and passed over; without ../shared nothing is run.
"""

import argparse
import datetime
import hashlib
import itertools
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import time
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
README = os.path.join(HERE, "../README.md")
BEGIN = "<!-- numbers: written by bench/versus.py; nothing between these two marks is written by hand -->"
END = "<!-- /numbers -->"
# For rsigma: nested events as the flat ones whose fields the rules name.
FLAT_EVTX = """(.Event.EventData // {}) + {EventID: .Event.System.EventID, Channel: .Event.System.Channel,
Computer: .Event.System.Computer, Provider_Name: .Event.System.Provider["#attributes"].Name}"""
FLAT_WINLOG = """(.winlog.event_data // {}) + {EventID: .event.code, Channel: .winlog.channel,
Computer: .winlog.computer_name, Provider_Name: .winlog.provider_name}"""
FINDING = b'{"schema":"silhouette/finding/'


def spawn(command, out=None, cwd=None, environment=None):
    """Runs it; dict of wall_s, cpu_s, peak_mb, code, stderr. `out`: a file that takes standard output."""
    sink = open(out, "wb") if out else subprocess.DEVNULL
    begun = time.monotonic()
    child = subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=sink, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    error = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if out:
        sink.close()
    return {
        "wall_s": wall,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / 1024,
        "code": child.returncode,
        "stderr": error.decode(errors="replace"),
    }


def blocks_of(path):
    """Piecewise: the peak memory of a child includes this program's own at the time of the fork."""
    with open(path, "rb") as f:
        yield from iter(lambda: f.read(1 << 20), b"")


def lines_of(path):
    return sum(block.count(b"\n") for block in blocks_of(path)) if os.path.exists(path) else 0


def findings_of(path):
    with open(path, "rb") as f:
        return sum(1 for line in f if line.startswith(FINDING))


def digest_of(path):
    digest = hashlib.sha256()
    for block in blocks_of(path):
        digest.update(block)
    return digest.hexdigest()


def timings_of(stderr):
    for line in stderr.splitlines():
        if line.startswith('{"load_ms"'):
            return json.loads(line)
    return None


class Side:
    """One program with one set of options. `compare`: from a run to the seconds that are compared."""

    def __init__(self, name, command, out, **more):
        self.name, self.command, self.out = name, command, out
        self.to_stdout = more.pop("to_stdout", False)
        self.cwd = more.pop("cwd", None)
        self.environment = more.pop("environment", None)
        self.count = more.pop("count", lines_of)
        self.accept = more.pop("accept", (0,))
        self.compare = more.pop("compare", lambda run: run["wall_s"])
        self.remove = more.pop("remove", None)
        self.group = more.pop("group", None)  # sides of one group must give the same bytes
        self.ours = more.pop("ours", False)
        self.rounds = more.pop("rounds", None)
        assert not more, more
        self.runs, self.hits, self.digests, self.problem = [], set(), set(), None

    def run_once(self):
        return spawn(self.command, self.out if self.to_stdout else None, self.cwd, self.environment)

    def round(self, counted=True):
        for path in (self.out, self.remove):
            if path and os.path.isdir(path):
                shutil.rmtree(path)
            elif path and os.path.exists(path):
                os.remove(path)
        run = self.run_once()
        if run["code"] not in self.accept:
            self.problem = f'exit {run["code"]}: {run["stderr"].strip()[-200:]}'
            return
        if not counted:
            return
        run["compared_s"] = self.compare(run)
        self.runs.append(run)
        if self.out and self.count:
            self.hits.add(self.count(self.out))
        if self.group:
            self.digests.add(digest_of(self.out))

    def row(self, base):
        if self.problem:
            return {"side": self.name, "problem": self.problem}
        median = {k: statistics.median(r[k] for r in self.runs) for k in ("wall_s", "cpu_s", "compared_s")}
        return {
            "side": self.name,
            "rounds": len(self.runs),
            "wall_s": round(median["wall_s"], 4),
            "compared_s": round(median["compared_s"], 4),
            "lowest_s": round(min(r["compared_s"] for r in self.runs), 4),
            "highest_s": round(max(r["compared_s"] for r in self.runs), 4),
            "cpu_s": round(median["cpu_s"], 4),
            "peak_mb": round(max(r["peak_mb"] for r in self.runs), 1),
            "ratio": round(median["compared_s"] / base, 3) if base else None,
            "hits": next(iter(self.hits), None),
        }


class OneCallAFile(Side):
    """A peer that is called once for each file. What as many calls that read nothing cost is taken off."""

    def __init__(self, name, command, empty_command, files, out, **more):
        super().__init__(name, command, out, to_stdout=True, **more)
        self.empty_command, self.files = empty_command, files
        self.compare = lambda run: run["wall_s"] - run["start_up_s"]

    def calls(self, commands):
        total = {"wall_s": 0.0, "cpu_s": 0.0, "peak_mb": 0.0, "code": 0, "stderr": ""}
        with open(self.out, "wb") as sink:
            for command in commands:
                begun = time.monotonic()
                actions = [
                    (os.POSIX_SPAWN_DUP2, sink.fileno(), 1),
                    (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0),
                ]
                pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
                _, status, usage = os.wait4(pid, 0)
                total["wall_s"] += time.monotonic() - begun
                total["cpu_s"] += usage.ru_utime + usage.ru_stime
                total["peak_mb"] = max(total["peak_mb"], usage.ru_maxrss / 1024)
        return total

    def run_once(self):  # its exit status is not asked: damaged files are among the samples
        start_up = self.calls([self.empty_command] * len(self.files))
        run = self.calls([[*self.command, path] for path in self.files])
        run["start_up_s"] = start_up["wall_s"]
        run["cpu_s"] -= start_up["cpu_s"]
        return run


def as_winlogbeat(record):
    """An event of evtx_dump's JSON in Winlogbeat's fields (its documentation: "Winlogbeat fields")."""
    event = record["Event"]
    system = event["System"]
    event_id = system["EventID"]
    code = event_id.get("#text") if isinstance(event_id, dict) else event_id
    provider = system["Provider"]["#attributes"]["Name"]
    winlog = {"channel": system["Channel"], "provider_name": provider, "computer_name": system["Computer"],
              "event_id": str(code), "record_id": system["EventRecordID"], "api": "wineventlog",
              "event_data": {k: str(v) for k, v in (event.get("EventData") or {}).items() if v is not None}}
    return {"@timestamp": system["TimeCreated"]["#attributes"]["SystemTime"], "winlog": winlog,
            "event": {"code": str(code), "kind": "event", "provider": provider}, "host": {"name": system["Computer"]},
            "agent": {"type": "winlogbeat", "version": "8.11.0"}, "ecs": {"version": "8.0.0"}}


class Corpora:
    def __init__(self, shared, work):
        self.shared, self.work = shared, work
        self.sysmon = self.evtx("sysmon", 300)
        self.security = self.evtx("security", 300)
        self.otrf = os.path.join(work, "otrf100k.ndjson")
        if not os.path.exists(self.otrf):
            self.make("make_ndjson.py", self.otrf, "100000")
        self.distinct, self.distinct_files = self.copy_distinct()

    def archive(self, ending):
        """The JSON lines as the one member of an archive."""
        path = os.path.join(self.work, "otrf100k." + ending)
        if not os.path.exists(path):
            if ending == "zip":
                with zipfile.ZipFile(path + ".part", "w", zipfile.ZIP_DEFLATED) as archive:
                    archive.write(self.otrf, "otrf.ndjson")
            else:
                with tarfile.open(path + ".part", "w:gz", compresslevel=6) as archive:
                    archive.add(self.otrf, "otrf.ndjson")
            os.rename(path + ".part", path)
        return path

    def evtx_json(self):
        """100,000 records of the Sysmon corpus as evtx_dump writes them."""
        path = os.path.join(self.work, "evtx100k.ndjson")
        if not os.path.exists(path):
            command = [os.path.join(self.shared, "peers/evtx_dump"), "-t", "1", "-o", "jsonl", self.sysmon]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as printing:
                with open(path + ".part", "wb") as out:
                    out.writelines(itertools.islice(printing.stdout, 100_000))
                printing.kill()
            os.rename(path + ".part", path)
        return path

    def winlogbeat(self):
        """The same records as Winlogbeat writes them."""
        path = os.path.join(self.work, "winlogbeat100k.ndjson")
        if not os.path.exists(path):
            with open(self.evtx_json(), encoding="utf-8") as events, open(path + ".part", "w") as out:
                out.writelines(json.dumps(as_winlogbeat(json.loads(line))) + "\n" for line in events)
            os.rename(path + ".part", path)
        return path

    def make(self, script, out, *arguments, **environment):
        command = [sys.executable, os.path.join(self.shared, "bin", script), out + ".part", *arguments]
        subprocess.run(command, env=dict(os.environ, **environment), check=True, stdout=subprocess.DEVNULL)
        os.rename(out + ".part", out)

    def evtx(self, channel, megabytes):
        path = os.path.join(self.work, f"{channel}{megabytes}.evtx")
        if not os.path.exists(path):
            self.make("make_corpus.py", path, str(megabytes), os.path.join(self.shared, "data/evtx"), CHANNEL=channel)
        return path

    def copy_distinct(self):
        """Each sample with its own content once, in a folder on the same file system as everything else."""
        to, seen = os.path.join(self.work, "distinct"), set()
        os.makedirs(to, exist_ok=True)
        for folder, folders, names in os.walk(os.path.join(self.shared, "data/evtx")):
            folders.sort()
            for name in sorted(names):
                if not name.lower().endswith(".evtx"):
                    continue
                path = os.path.join(folder, name)
                digest = digest_of(path)
                if digest not in seen and not os.path.exists(os.path.join(to, digest[:16] + ".evtx")):
                    shutil.copyfile(path, os.path.join(to, digest[:16] + ".evtx"))
                seen.add(digest)
        return to, [os.path.join(to, name) for name in sorted(os.listdir(to))]


class Sides:
    """Makes the sides: how each program is called."""

    def __init__(self, options, corpora):
        self.program, self.work = os.path.abspath(options.program), options.work
        self.peers = os.path.join(options.shared, "peers")
        self.corpora, self.prefix = corpora, options.prefix.split()
        sigmahq = os.path.join(options.shared, "data/sigmahq")
        self.rules = [
            os.path.join(sigmahq, d) for d in ("rules", "rules-emerging-threats", "rules-threat-hunting")
        ]
        self.environment = dict(os.environ, XDG_CACHE_HOME=os.path.join(options.work, "cache"))

    def rule_options(self, flag="--rules"):
        return [a for rules in self.rules for a in (flag, rules)]

    def ours(self, verb, path, threads=1, label="", more=(), scan_only=False, **options):
        def scan_s(run):
            return timings_of(run["stderr"])["scan_ms"] / 1000

        name = f"silhouette {verb}, {threads} thread" + ("s" if threads > 1 else "") + label
        out = os.path.join(self.work, "out." + "".join(c if c.isalnum() else "-" for c in name))
        command = [*self.prefix, self.program, verb, path, "--threads", str(threads), "--timings", *more]
        if verb == "hunt":
            command += [*self.rule_options(), "--format", "ndjson", "-o", out]
            options.setdefault("count", findings_of)
        elif verb == "dump":
            command += ["--format", "ndjson", "-o", out]
        else:
            command += [*self.rule_options(), "--case", out]
            options.setdefault("count", None)
        if scan_only:
            options["compare"] = scan_s
        return Side(name, command, out, ours=True, environment=self.environment, **options)

    def evtx_dump(self, path):
        command = [*self.prefix, os.path.join(self.peers, "evtx_dump"), "-t", "1", "-o", "jsonl", path]
        return Side("evtx_dump, 1 thread", command, os.path.join(self.work, "out.evtx_dump"), to_stdout=True)

    def evtx_dump_each(self, files):
        program = os.path.join(self.peers, "evtx_dump")
        return OneCallAFile(
            "evtx_dump, one call a file",
            [*self.prefix, program, "-t", "1", "-o", "jsonl"],
            [*self.prefix, program, "--version"],
            files,
            os.path.join(self.work, "out.evtx_dump_each"),
        )

    def unpacking(self, path):
        """Every byte of every member, given to nobody. Ours is of the bench preset: no verb does as little."""
        rate = os.path.join(HERE, "../build/bench/bench/unpack_rate")
        return [Side("unpack_rate, decoder and reader", [*self.prefix, rate, path], None, ours=True),
                Side("bsdtar -xOf", [*self.prefix, "bsdtar", "-xOf", path], None)]

    def hayabusa(self, path):
        folder = os.path.join(self.work, "hayabusa")
        rules = os.path.join(folder, "rules")
        archive = os.path.join(self.peers, "hayabusa-rules.tar.zst")
        if not os.path.isdir(rules) and os.path.exists(archive):
            os.makedirs(folder, exist_ok=True)
            subprocess.run(["tar", "--zstd", "-xf", archive, "-C", folder], check=True)
            inner = os.listdir(folder)
            if "rules" not in inner and len(inner) == 1:
                os.rename(os.path.join(folder, inner[0]), rules)
        out = os.path.join(self.work, "out.hayabusa")
        command = [os.path.join(self.peers, "hayabusa"), "dfir-timeline", "-d" if os.path.isdir(path) else "-f", path]
        command += ["-w", "-q", "-C", "-t", "jsonl", "-o", out, "-Q", "-U", "--no-color", "-n"]
        return Side("hayabusa, 2 threads", command, out, cwd=folder, rounds=1)

    def chainsaw(self, path):
        out = os.path.join(self.work, "out.chainsaw")
        command = [os.path.join(self.peers, "chainsaw"), "hunt", path, *self.rule_options("-s")]
        command += ["-m", os.path.join(self.peers, "chainsaw-mapping.yml"), "--jsonl", "-q", "-o", out]
        return Side("chainsaw, 2 threads", command, out, rounds=1)

    def rsigma(self, path, rounds, jq=None):
        """Start-up and rule loading are what the same call costs on one line. `jq`: what makes of an event the flat one
        that the rules' fields are found in."""
        program, rules = os.path.join(self.peers, "rsigma"), os.path.join(self.work, "rules3")  # it takes one folder
        for folder in self.rules:
            shutil.copytree(folder, os.path.join(rules, os.path.basename(folder)), dirs_exist_ok=True)

        def command(events):
            one_core = [*self.prefix, "taskset", "-c", "0"]
            more = ["--jq", jq] if jq else []
            return [*one_core, program, "engine", "eval", "-r", rules, "-e", "@" + events, "-q", *more]

        one = os.path.join(self.work, "one_line.ndjson")
        with open(path, "rb") as f, open(one, "wb") as g:
            g.write(f.readline())

        def net(run):
            return run["wall_s"] - statistics.median(spawn(command(one))["wall_s"] for _ in range(3))

        name = "rsigma, 1 thread" + (", its events made flat" if jq else "")
        out = os.path.join(self.work, "out.rsigma" + ("-jq" if jq else ""))
        return Side(name, command(path), out, to_stdout=True, compare=net, rounds=rounds)

    def shape(self, path, jq):
        """Of nested events rsigma finds the rules' fields only once they are made flat; both ways are shown."""
        return [self.ours("hunt", path, scan_only=True), self.rsigma(path, 1, jq), self.rsigma(path, 1)]


def tasks(sides, corpora, options):
    """name -> (what is compared, function that makes its sides). The first side is the base of the ratios."""
    sysmon, security, otrf, distinct = corpora.sysmon, corpora.security, corpora.otrf, corpora.distinct
    ours = sides.ours
    damaged = {"accept": (0, 4)}  # some samples are damaged on purpose

    def both(verb, path, **more):
        label = " (" + os.path.basename(path) + ")"
        return [ours(verb, path, n, label, group="both", **more) for n in (1, 2)]

    def without_keywords():
        listed = os.path.join(options.work, "keyword_rules.txt")
        with open(listed, "w") as f:
            f.write("\n".join(product_wide_keyword_rules(sides.rules)) + "\n")
        return [ours("hunt", sysmon, label=", with all rules"),
                ours("hunt", sysmon, label=", without product-wide keyword rules", more=("--exclude-rule", listed))]

    def growth():
        small, large = sysmon, corpora.evtx("sysmon", 3000)
        return [
            ours("hunt", small, label=", 300 MB", scan_only=True),
            ours("hunt", large, label=", 3 GB", scan_only=True),
        ]

    scan, no_cache = "scan time alone", ("--no-value-cache",)
    table = {
        "sysmon": ("hunt against printing, Sysmon 300 MB", lambda: [ours("hunt", sysmon), sides.evtx_dump(sysmon)]),
        "distinct": ("hunt against printing, samples once each, without start-up",
                     lambda: [ours("hunt", distinct, label=" (samples)", scan_only=True, **damaged),
                              sides.evtx_dump_each(corpora.distinct_files)]),
        "security": ("hunt against printing, Security 300 MB",
                     lambda: [ours("hunt", security), sides.evtx_dump(security)]),
        "otrf": ("JSON, 100,000 lines, without start-up and rule loading",
                 lambda: [ours("hunt", otrf, scan_only=True), sides.rsigma(otrf, 1)]),
        "json-evtx": ("JSON in evtx_dump's shape, 100,000 lines, without start-up and rule loading",
                      lambda: sides.shape(corpora.evtx_json(), FLAT_EVTX)),
        "json-winlogbeat": ("JSON in Winlogbeat's shape, 100,000 lines, without start-up and rule loading",
                            lambda: sides.shape(corpora.winlogbeat(), FLAT_WINLOG)),
        "dump": ("dump against evtx_dump, Sysmon 300 MB", lambda: [ours("dump", sysmon), sides.evtx_dump(sysmon)]),
        "dump-security": ("dump against evtx_dump, Security 300 MB",
                          lambda: [ours("dump", security), sides.evtx_dump(security)]),
        "threads-sysmon": ("two threads, Sysmon: " + scan, lambda: both("hunt", sysmon, scan_only=True)[::-1]),
        "threads-security": ("two threads, Security: " + scan, lambda: both("hunt", security, scan_only=True)[::-1]),
        "threads-samples": ("two threads, samples: " + scan,
                            lambda: both("hunt", distinct, scan_only=True, **damaged)[::-1]),
        "threads-otrf": ("two threads, JSON: " + scan, lambda: both("hunt", otrf, scan_only=True)[::-1]),
        "threads-dump": ("two threads, dump: " + scan, lambda: both("dump", sysmon, scan_only=True)[::-1]),
        "custody": ("hunt --custody against printing, Sysmon 300 MB",
                    lambda: [ours("hunt", sysmon, more=("--custody",)), sides.evtx_dump(sysmon)]),
        "custody-2": ("the same with two threads",
                      lambda: [ours("hunt", sysmon, 2, more=("--custody",)), sides.evtx_dump(sysmon)]),
        "keywords": ("what product-wide keyword rules cost, Sysmon 300 MB", without_keywords),
        "value-cache": ("what the value cache gives, Sysmon 300 MB",
                        lambda: [ours("hunt", sysmon, group="cache"),
                                 ours("hunt", sysmon, label=", no value cache", more=no_cache, group="cache")]),
        "value-cache-samples": ("what the value cache gives, samples: " + scan,
                                lambda: [ours("hunt", distinct, scan_only=True, group="cache", **damaged),
                                         ours("hunt", distinct, label=", no value cache", more=no_cache,
                                              scan_only=True, group="cache", **damaged)]),
        "value-cache-otrf": ("what the value cache gives, JSON: " + scan,
                             lambda: [ours("hunt", otrf, scan_only=True, group="cache"),
                                      ours("hunt", otrf, label=", no value cache", more=no_cache,
                                           scan_only=True, group="cache")]),
        "investigate": ("investigate against hunt, Sysmon 300 MB, two threads",
                        lambda: [ours("hunt", sysmon, 2), ours("investigate", sysmon, 2)]),
        "ledger": ("what the case's log costs investigate, Sysmon 300 MB",
                   lambda: [ours("investigate", sysmon),
                            ours("investigate", sysmon, label=", no log", more=("--no-ledger",))]),
        "ledger-2": ("the same with two threads",
                     lambda: [ours("investigate", sysmon, 2),
                              ours("investigate", sysmon, 2, label=", no log", more=("--no-ledger",))]),
        "cold": ("rules parsed against rules from the cache, one small log",
                 lambda: [ours("hunt", corpora.distinct_files[0], label=", cached", **damaged),
                          ours("hunt", corpora.distinct_files[0], label=", parsed", more=("--no-cache",), **damaged)]),
        "unpack-zip": ("sources out of a zip against bsdtar -xOf to nowhere",
                       lambda: sides.unpacking(corpora.archive("zip"))),
        "unpack-tar-gz": ("the same out of a tar.gz", lambda: sides.unpacking(corpora.archive("tar.gz"))),
        "hayabusa-samples": ("samples once each, two threads",
                             lambda: [ours("hunt", distinct, 2, " (samples)", **damaged), sides.hayabusa(distinct)]),
        "hayabusa": ("Sysmon 300 MB, two threads", lambda: [ours("hunt", sysmon, 2), sides.hayabusa(sysmon)]),
        "chainsaw": ("Sysmon 300 MB, two threads", lambda: [ours("hunt", sysmon, 2), sides.chainsaw(sysmon)]),
    }
    if options.growth:
        table["growth"] = ("ten times the data", growth)
    return table


def has_keywords(part):
    """Does a selection ask for texts anywhere: a list of texts, or values under a modifier without a field?"""
    if isinstance(part, dict):
        return any(str(key).startswith("|") for key in part)
    return isinstance(part, (str, int)) or (isinstance(part, list) and any(has_keywords(one) for one in part))


def product_wide_keyword_rules(folders):
    """Ids of rules that name a product alone and have a list of keywords: every event is scanned for them."""
    try:
        import yaml
    except ImportError:
        sys.exit("versus: the task keywords needs python3-yaml")
    found = []
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in sorted(names):
                with open(os.path.join(path, name), encoding="utf-8") as f:
                    text = f.read()
                if not name.endswith(".yml") or re.search(r"^ +(category|service):", text, re.MULTILINE):
                    continue
                rule = next(iter(yaml.safe_load_all(text)), None) or {}
                detection = rule.get("detection", {})
                if any(has_keywords(part) for name, part in detection.items() if name != "condition"):
                    found.append(rule["id"])
    return sorted(found)


def measure(name, about, sides, rounds):
    present = [s for s in sides if all(shutil.which(c) or os.path.exists(c) for c in programs_of(s.command))]
    for missing in (s for s in sides if s not in present):
        print(f"{name}: passed over, no {programs_of(missing.command)[-1]}", file=sys.stderr)
    for side in present:
        if side.ours:
            side.round(counted=False)
    for number in range(rounds):
        for side in present:
            if not side.problem and number < (side.rounds or rounds):
                side.round()
    for side in present:
        if len(side.hits) > 1:
            side.problem = f"hits differ between rounds: {sorted(side.hits)}"
        if len(side.digests) > 1:
            side.problem = "output differs between rounds"
    for group in {s.group for s in present if s.group}:
        members = [s for s in present if s.group == group and not s.problem]
        if len({next(iter(s.digests)) for s in members}) > 1:
            for side in members:
                side.problem = "other bytes than " + " and ".join(s.name for s in members if s is not side)
    base = None
    if present and present[0].ours and present[0].runs and not present[0].problem:
        base = statistics.median(r["compared_s"] for r in present[0].runs)
    for side in present:
        for path in (side.out, side.remove):
            if path and os.path.isdir(path):
                shutil.rmtree(path)
            elif path and os.path.exists(path):
                os.remove(path)
    return {"task": name, "about": about, "rows": [s.row(base) for s in present]}


def programs_of(command):
    """The wrapper and what it wraps: both must be there."""
    at = 0
    while command[at] in ("taskset", "chrt", "nice"):  # each with two words of its own
        at += 3
    return [command[0], command[at]]


def hit_rates(options, sides, corpora):
    """The value cache's hit rates, counted by bench/hunt_rate where the bench build is there."""
    program = os.path.join(HERE, "../build/bench/bench/hunt_rate")
    if not os.path.exists(program):
        return {"note": "not counted: build the bench preset (bench/hunt_rate)"}
    found = {}
    for name, path in (("sysmon", corpora.sysmon), ("samples", corpora.distinct), ("otrf", corpora.otrf)):
        done = subprocess.run([program, *sides.rules, "--", path], capture_output=True, text=True)
        words = done.stdout.replace(",", "").split()
        if done.returncode == 0 and "cache" in words:
            at = words.index("cache")
            hit, missed = int(words[at + 1]), int(words[at + 3])
            found[name] = {"hits": hit, "misses": missed, "rate": round(hit / max(1, hit + missed), 4)}
    return found


def table_of(record):
    out = f'{record["cpu"]}, {record["cores"]} cores; {record["date"]}; load at the start {record["load_at_start"]}; '
    out += f'medians of {record["rounds"]} rounds in turn (peers that need a minute: one round).\n'
    out += "Written by `bench/versus.py`; its head says what is compared.\n\n"
    out += "| task | side | compared s | lowest to highest | wall s | CPU s | peak MB | ratio | hits or lines |\n"
    out += "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    for result in record["results"]:
        for row in result["rows"]:
            if "problem" in row:
                out += f'| {result["task"]} | {row["side"]} | not believed: {row["problem"]} | | | | | | |\n'
                continue
            cells = [result["task"], row["side"], f'{row["compared_s"]:.3f}']
            cells += [f'{row["lowest_s"]:.3f} to {row["highest_s"]:.3f}', f'{row["wall_s"]:.3f}', f'{row["cpu_s"]:.3f}']
            cells += [f'{row["peak_mb"]:.0f}', f'{row["ratio"]:.2f}' if row["ratio"] else "", row["hits"]]
            out += "| " + " | ".join("" if c is None else str(c) for c in cells) + " |\n"
    out += "\n| task | what is compared |\n| --- | --- |\n"
    out += "".join(f'| {r["task"]} | {r["about"]} |\n' for r in record["results"])
    rates = [f"{k} {v['rate'] * 100:.1f} %" for k, v in record["value_cache_hit_rates"].items() if isinstance(v, dict)]
    out += "\nValue cache, hits in file order: " + (", ".join(rates) or "not counted") + ".\n"
    return out


def readme_block(record):
    """The rows that users care about. Nothing is written for a task that was not run or not believed."""
    def rows(task):
        found = next((r["rows"] for r in record["results"] if r["task"] == task), [])
        return found if len(found) > 1 and not any("problem" in row for row in found) else None

    wanted = [
        ("sysmon", "hunt, all of SigmaHQ, 300 MB of Sysmon EVTX, 1 thread", "evtx_dump printing it"),
        ("hayabusa", "the same, 2 threads", "hayabusa"),
        ("chainsaw", "the same, 2 threads", "chainsaw"),
        ("otrf", "hunt, 100,000 JSON events, 1 thread, without loading", "rsigma"),
        ("dump", "dump as JSON lines, 300 MB of EVTX, 1 thread", "evtx_dump"),
    ]
    out = "| work | silhouette | peak memory | other | times as fast |\n| --- | --- | --- | --- | --- |\n"
    for task, what, peer in wanted:
        found = rows(task)
        if not found:
            continue
        ours, theirs = found[0], found[1]
        out += f'| {what} | {ours["compared_s"]:.2f} s | {ours["peak_mb"]:.0f} MB | '
        out += f'{peer} {theirs["compared_s"]:.2f} s | {theirs["ratio"]:.1f} |\n'
    out += f'\n{record["cpu"]}, {record["cores"]} cores, {record["date"]}; '
    return out + "`bench/versus.py --quick --readme`; all rows: [bench/results](bench/results/results.md).\n"


def write_readme(record):
    with open(README, encoding="utf-8") as f:
        text = f.read()
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    with open(README, "w", encoding="utf-8") as f:
        f.write(text[:begin] + "\n" + readme_block(record) + text[end:])


def cpu_name():
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown processor"


def date_of(options):
    if options.date:
        return options.date
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    if not fixed:
        return "undated"
    return datetime.datetime.fromtimestamp(int(fixed), datetime.timezone.utc).strftime("%Y-%m-%d")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(HERE, "../build/release/silhouette"))
    parser.add_argument("--shared", default=os.path.join(HERE, "../../shared"))
    parser.add_argument("--work", default="/dev/shm/versus", help="corpora and output, best on tmpfs")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="three rounds: under eight minutes")
    parser.add_argument("--only", default="", help="tasks, with commas between them")
    parser.add_argument("--growth", action="store_true", help="also 3 GB of Sysmon (made once, needs 6 GB in --work)")
    parser.add_argument("--out", default=os.path.join(HERE, "results"))
    parser.add_argument("--readme", action="store_true", help="fill the block in README.md")
    parser.add_argument("--date", default="", help="otherwise SOURCE_DATE_EPOCH, otherwise none")
    parser.add_argument("--prefix", default="", help="put before one-thread programs, such as 'chrt -f 50'")
    options = parser.parse_args()
    options.shared, options.work = os.path.abspath(options.shared), os.path.abspath(options.work)
    if options.quick:
        options.rounds = min(options.rounds, 3)
    return options


def main():
    options = parse()
    if not os.path.isdir(options.shared):
        return print("versus: skipped, no ../shared here", file=sys.stderr) or 0
    os.makedirs(options.work, exist_ok=True)
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"versus: the machine is busy (load {load:.1f}); the times will not be worth much", file=sys.stderr)
    corpora = Corpora(options.shared, options.work)
    sides = Sides(options, corpora)
    table = tasks(sides, corpora, options)
    only = [n for n in options.only.split(",") if n]
    for name in only:
        if name not in table:
            print(f"versus: no task {name}; there are: {', '.join(table)}", file=sys.stderr)
            return 2
    record = {
        "machine": platform.machine(),
        "cpu": cpu_name(),
        "cores": os.cpu_count(),
        "date": date_of(options),
        "load_at_start": round(load, 2),
        "rounds": options.rounds,
        "results": [],
        "value_cache_hit_rates": {},
    }
    for name, (about, make) in table.items():
        if only and name not in only:
            continue
        result = measure(name, about, make(), options.rounds)
        record["results"].append(result)
        for row in result["rows"]:
            print(name, json.dumps(row), file=sys.stderr, flush=True)
    if not only or any("value-cache" in name for name in only):
        record["value_cache_hit_rates"] = hit_rates(options, sides, corpora)
    os.makedirs(options.out, exist_ok=True)
    with open(os.path.join(options.out, "results.json"), "w") as f:
        json.dump(record, f, indent=1)
        f.write("\n")
    text = table_of(record)
    with open(os.path.join(options.out, "results.md"), "w") as f:
        f.write("# Against others\n\n" + text)
    print(text)
    if options.readme:
        write_readme(record)
    bad = [f'{r["task"]}: {row["side"]}' for r in record["results"] for row in r["rows"] if "problem" in row]
    for line in bad:
        print(f"versus: not believed: {line}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
