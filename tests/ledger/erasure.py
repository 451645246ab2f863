#!/usr/bin/env python3
"""`ledger erase`: nothing of the source is left in the case's bytes, the log holds as before and says who erased what
and why; other sources are proved as before. And what the log tells of a source's size: the padded number of records."""
import json
import os
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import RULE, Bench, need_cryptography

need_cryptography()
COUNT = """title: Many asked
id: 11111111-2222-4333-8444-555555555558
name: many
status: test
level: high
correlation: {type: event_count, rules: [11111111-2222-4333-8444-555555555555], group-by: [Hostname], timespan: 1h,
  condition: {gte: 2}, generate: true}
"""


def log_of(bench, name, records, secret):
    lines = [json.dumps({"@timestamp": f"2024-03-14T10:00:{i % 60:02}.0000000Z", "EventID": 1,
                         "Channel": "Microsoft-Windows-Sysmon/Operational", "Hostname": "HOST", "RecordNumber": i,
                         "CommandLine": f"/bin/{'whoami' if i == 1 else 'true'} {secret} {i}"}) for i in range(records)]
    return bench.write(name, "\n".join(lines) + "\n")


def bytes_of(folder):
    out = b""
    for where, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(where, name), "rb") as file:
                out += file.read()
    return out


def sizes(bench, case):
    lines = bench.run("ledger", "monitor", case).splitlines()
    return [int(line.rsplit(" ", 1)[1]) for line in lines if "commits to the records" in line]


def facts(case):
    db = sqlite3.connect(os.path.join(case, "case.db"))
    count = [db.execute(f"SELECT count(*) FROM {what}").fetchone()[0] for what in (
        "findings WHERE kind='sigma'", "copies", "findings WHERE kind='correlation'")]
    db.close()
    return count


def erase_one_of_several_copies(bench, rules):
    """The same record in three sources at three offsets: one fact. Erasing one source leaves the others' proofs."""
    case = bench.path("copies.case")
    names = [log_of(bench, "live.ndjson", 5, "thrice")]
    with open(names[0], encoding="utf-8") as file:
        lines = file.readlines()
    names += [bench.write("shadow.ndjson", "".join(lines[1:])), bench.write("later.ndjson", "\n" + "".join(lines))]
    bench.run("investigate", "-q", *names, "--rules", rules, "--case", case)
    assert facts(case) == [3, 2, 0], f"three rows, one fact, which no correlation counts twice: {facts(case)}"
    found = {}
    for name in names:
        said = bench.run("hunt", "-q", name, "--rules", rules, "--format", "ndjson")
        found[name] = next(one["id"] for one in map(json.loads, said.splitlines()) if one.get("kind") == "sigma")
        assert "outcome  proved" in bench.run("prove", case, found[name], "--rules", rules)
    assert len(set(found.values())) == 3
    while names:
        gone = names.pop(0)
        bench.run("ledger", "erase", case, gone, "--reason", "asked for")
        assert "has no effect" not in bench.run("ledger", "verify", case)
        bench.run("prove", case, found[gone], "--rules", rules, code=2)
        for name in names:
            assert "outcome  proved" in bench.run("prove", case, found[name], "--rules", rules)
        assert facts(case) == [len(names), max(len(names) - 1, 0), 0], f"one fact as long as one is left: {facts(case)}"


def main():
    with Bench() as bench:
        rules = bench.write("rule.yml", RULE + "---\n" + COUNT)
        case = bench.path("a.case")
        kept, gone = log_of(bench, "kept.ndjson", 60, "kept-kept"), log_of(bench, "gone.ndjson", 50, "hush-hush")
        bench.run("investigate", "-q", gone, kept, "--rules", rules, "--case", case)
        found = {}
        for path in (kept, gone):
            said = bench.run("hunt", "-q", path, "--rules", rules, "--format", "ndjson")
            for line in map(json.loads, said.splitlines()):
                if line.get("kind") == "sigma":
                    found[path] = line["id"]
        for path in (kept, gone):
            assert "outcome  proved" in bench.run("prove", case, found[path], "--rules", rules)
        assert b"hush-hush" in bytes_of(case) and b"gone.ndjson" in bytes_of(case)
        assert sizes(bench, case) == [64, 64], "both sources have the same size, as far as the log tells"

        before = bench.write("before", bench.run("ledger", "checkpoint", case))
        listed = bench.run("ledger", "erase", case).splitlines()
        assert [line.split("  ")[1] for line in listed] == sorted([gone, kept]), listed
        deposit = next(line.split("  ")[0] for line in listed if line.endswith("gone.ndjson"))
        bench.run("ledger", "erase", case, deposit, code=2)  # no reason
        bench.run("ledger", "erase", case, "999", "--reason", "x", code=2)
        assert bench.run("ledger", "checkpoint", case) == open(before).read(), "nothing was done"
        bench.run("ledger", "erase", case, deposit, "--reason", "asked for by the person named in it")
        left = bytes_of(case)
        for word in (b"hush-hush", b"gone.ndjson", found[gone].encode()):
            assert word not in left, word
        assert b"kept-kept" in left
        news = bench.run("ledger", "monitor", case, "--since", before).splitlines()
        assert len(news) == 2 and news[1].endswith(
            f"author has erased deposit {deposit}, of which nothing can be proved any more, reason: asked for by the "
            "person named in it"), news
        assert "has no effect" not in bench.run("ledger", "verify", case)
        assert "outcome  proved" in bench.run("prove", case, found[kept], "--rules", rules)
        bench.run("prove", case, found[gone], "--rules", rules, code=2)

        # Somebody else's deposit is not his to erase.
        other = bench.new_key("other.example")
        author = bench.path("config", "silhouette", "author.key")
        entries = bench.sign(author, "key", {"action": "add", "key": bench.vkey(other)}) + "\n"
        kept_at = next(line.split("  ")[0] for line in listed if line.endswith("kept.ndjson"))
        entries += bench.sign(other, "erase", {"deposit": int(kept_at), "reason": "mine"}) + "\n"
        bench.run("ledger", "append", case, bench.write("entries", entries))
        assert f"has no effect: entry {kept_at} is no deposit of other.example" in bench.run("ledger", "monitor", case)

        # The file that was erased may be deposited anew: another secret, another entry.
        bench.run("investigate", "-q", gone, "--rules", rules, "--case", case)
        assert "outcome  proved" in bench.run("prove", case, found[gone], "--rules", rules)
        assert os.path.exists(os.path.join(case, "report.html"))

        erase_one_of_several_copies(bench, rules)

        big = bench.path("big.case")
        bench.run("investigate", "-q", log_of(bench, "big.ndjson", 5001, "x"), "--rules", rules, "--case", big)
        size = sizes(bench, big)[0]
        assert 5001 < size <= 5001 * 9 // 8 and bin(size).count("1") <= 5, size
        print(f"erased: no byte left, log valid, others proved; 50 and 60 records look like 64, 5,001 like {size:,}")


main()
