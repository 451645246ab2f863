#!/usr/bin/env python3
"""Tracks that need two witnesses are proved from both: a value of which a forwarder's JSON holds another version (W1),
a record that it has and the machine's own log has not (W2), sessions that Suricata or Zeek show and the host's log has
not (W3). Both files are read again and judged together; a witness that was changed since, or is gone, is named."""
import gzip
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import ROOT, Bench, need_cryptography
from track_claims import Disclosed, tracks_of

need_cryptography()
LOG = os.path.join(ROOT, "examples", "harbor", "NH-TMS01", "Microsoft-Windows-Sysmon%4Operational.evtx.gz")
CHUNK, HEAD = 65536, 4096
START = 1_710_000_000


def stamp(second):
    import time
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def accepted(count, wanted):
    out = ""
    for i in range(count):
        head = f"{stamp(START + 600 * i)}Z gate "
        if wanted(i):
            out += f"{head}sshd[{900 + i}]: Accepted publickey for user{i % 5} from 10.0.0.{7 + i % 9} "
            out += f"port {40000 + i} ssh2\n"
        out += head + "CRON[77]: (root) CMD (true)\n"
    return out


def suricata(count):
    return "".join(json.dumps({
        "timestamp": stamp(START + 600 * i - 1) + ".250000+0000", "flow_id": 7000 + i, "event_type": "flow",
        "src_ip": f"10.0.0.{7 + i % 9}", "src_port": 40000 + i, "dest_ip": "10.0.1.5", "dest_port": 22,
        "proto": "TCP",
        "flow": {"pkts_toserver": 20, "pkts_toclient": 21, "bytes_toserver": 2000, "bytes_toclient": 3000,
                 "start": stamp(START + 600 * i - 1) + ".250000+0000", "state": "closed"}}) + "\n"
        for i in range(count))


def zeek(count):
    return "".join(json.dumps({
        "_path": "conn", "ts": START + 600 * i - 0.75, "uid": f"C{i}", "id.orig_h": f"10.0.0.{7 + i % 9}",
        "id.orig_p": 40000 + i, "id.resp_h": "10.0.1.5", "id.resp_p": 22, "proto": "tcp", "conn_state": "SF",
        "orig_bytes": 2000, "resp_bytes": 3000}) + "\n" for i in range(count))


def two_versions(bench):
    """The machine's own log with a middle chunk zeroed, and what a forwarder has of it, one value changed."""
    with gzip.open(LOG) as file:
        own = bytearray(file.read())
    bench.write("w/whole.evtx", bytes(own))
    lines = bench.run("dump", bench.path("w/whole.evtx")).splitlines()
    os.remove(bench.path("w/whole.evtx"))
    number = next(i for i in range(len(lines) // 4, len(lines)) if '"Image":' in lines[i])
    event = json.loads(lines[number])
    event["Event"]["EventData"]["Image"] = "another value"
    lines[number] = json.dumps(event)
    middle = HEAD + (len(own) - HEAD) // CHUNK // 2 * CHUNK
    own[middle:middle + CHUNK] = bytes(CHUNK)
    bench.write("w/a.evtx", bytes(own))
    bench.write("w/b.json", "\n".join(lines) + "\n")
    return ("w/a.evtx", "w/b.json"), {"W1", "W2"}


def sessions(sensor):
    def make(bench):
        bench.write("w/a.json", sensor(120))
        bench.write("w/b.log", accepted(120, lambda i: i < 60 or i >= 75))
        return ("w/a.json", "w/b.log"), {"W3"}
    return make


def main():
    proved = set()
    for make in (two_versions, sessions(suricata), sessions(zeek)):
        with Bench() as bench:
            os.mkdir(bench.path("w"))
            names, wanted = make(bench)
            paths = [bench.path(name) for name in names]
            case = bench.path("w.case")
            bench.run("investigate", *paths, "--case", case, "-q")
            tracks = [one for one in tracks_of(bench, bench.path("w")) if one["detector"] in wanted]
            assert {one["detector"] for one in tracks} == wanted, tracks
            for track in tracks:
                text = Disclosed(bench, case, track)
                own = track["citations"][0]["source"]["path"]
                other = next(c for c in track["citations"] if c["source"]["path"] != own)
                span = other["spans"][0]["offset"]
                for line in (f"holds    further witness: {other['source']['path']} has the digest ",
                             f"holds    {other['source']['path']}: span at offset {span}: bytes have the digest ",
                             "finds the same track again"):
                    assert line in text.text, (track["detector"], line, text.text)
                assert text.outcomes() == ("proved", "proved")
                with open(other["source"]["path"], "r+b") as file:  # a byte of what the other witness says
                    kept = file.read()
                    file.seek(span + 40)
                    file.write(bytes([kept[span + 40] ^ 1]))
                changed = bench.run("prove", case, track["id"], code=1)
                assert f"FALSE    further witness: {other['source']['path']}" in changed, changed
                assert f"FALSE    {other['source']['path']}: span at offset {span}" in changed, changed
                os.remove(other["source"]["path"])
                gone = bench.run("prove", case, track["id"])
                assert "is absent or cannot be read, not read again here" in gone, gone
                assert "not judged again without all of them" in gone and "finds the same" not in gone, gone
                with open(other["source"]["path"], "wb") as file:
                    file.write(kept)
                proved.add(track["detector"])
    assert proved == {"W1", "W2", "W3"}
    print("W1, W2, W3 proved from both witnesses; a changed and a missing one told")


main()
