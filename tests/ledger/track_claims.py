#!/usr/bin/env python3
"""Each covered track of class contradiction or loss in the example has a claim; each is proved down to its bytes by
`prove` and by the stranger's script, in a packed file and in an archive of several; a changed byte and a changed
disclosure are found."""
import base64
import gzip
import json
import os
import subprocess
import sys
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import ROOT, Bench, need_cryptography

need_cryptography()
HARBOR = os.path.join(ROOT, "examples", "harbor")
SCRIPT = os.path.join(ROOT, "tools", "verify_ledger.py")


def tracks_of(bench, path):
    lines = map(json.loads, bench.run("tracks", path, "-q", "--format", "ndjson").splitlines())
    return [line for line in lines if line["schema"] == "silhouette/track/1"]


class Disclosed:
    def __init__(self, bench, case, track, *options):
        self.bench, self.case = bench, case
        self.text = bench.run("prove", case, track["id"], "--disclose", bench.path("d.json"), *options)
        with open(bench.path("d.json"), encoding="utf-8") as file:
            self.content = json.load(file)
        self.claim = self.content["claim"]["proof"].split("index ")[1].split("\n")[0]

    def outcomes(self):
        """Of the program and of the stranger's script, over the content as it is now."""
        file = self.bench.write("d.json", json.dumps(self.content))
        vkey = os.path.join(self.case, "log.vkey")
        ours = self.bench.run("prove", file, self.claim, "--vkey", vkey, code=None).splitlines()[-1].split()[1]
        theirs = subprocess.run([sys.executable, SCRIPT, "claim", vkey, file, self.claim], capture_output=True,
                                text=True)
        return ours, theirs.stdout.splitlines()[-1].split()[0].lower()


def main():
    with Bench() as bench:
        case = bench.path("harbor.case")
        bench.run("investigate", HARBOR, "--case", case, "-q")
        said = bench.run("ledger", "monitor", case)
        tracks = [t for t in tracks_of(bench, HARBOR) if t["class"] in ("contradiction", "loss")]
        assert {t["class"] for t in tracks} == {"contradiction", "loss"} and len(tracks) >= 3
        assert said.count(" claims: covered track (") == len(tracks), said
        plain = 0
        for track in tracks:
            proved = Disclosed(bench, case, track)
            assert f"detector {track['detector']} " in proved.text and "finds the same track again" in proved.text
            assert proved.outcomes() == ("proved", "proved")
            body = proved.content["claim"]["entry"]["body"]
            assert body["detector"] == {"id": track["detector"], "class": track["class"], "level": track["level"]}
            assert track["summary"] not in json.dumps(body) and "rule" not in body
            plain += sum("index" not in record for record in proved.content["records"])
            shown = proved.content["records"][0]
            good = shown["bytes"]
            data = base64.b64decode(good)
            shown["bytes"] = base64.b64encode(bytes([data[0] ^ 1]) + data[1:]).decode()
            assert proved.outcomes() == ("false", "false")
            shown["bytes"] = good
            proved.content["records"] = []
            assert proved.outcomes() == ("withheld", "withheld")
            assert Disclosed(bench, case, track, "--withhold-bytes").outcomes() == ("withheld", "withheld")
        assert plain, "a span that is no record of its own"
        again = bench.run("ledger", "checkpoint", case)
        bench.run("investigate", HARBOR, "--case", case, "-q")
        assert bench.run("ledger", "checkpoint", case) == again, "a second run claims nothing twice"

        # A finding's record is one of the deposit's tree, or it is nothing: the rule for spans is for tracks alone.
        lines = bench.run("hunt", HARBOR, "-q", "--format", "ndjson", "--min-level", "high").splitlines()
        finding = next(f for f in map(json.loads, lines) if f.get("kind") == "sigma" and "joined" not in f)
        proved = Disclosed(bench, case, finding)
        assert proved.outcomes() == ("proved", "proved")
        for member in ("index", "path"):
            del proved.content["records"][0][member]
        assert proved.outcomes() == ("false", "false")

        # The same file as a member of an archive, and with a changed byte.
        name = os.path.join(HARBOR, "NH-DC01", "Security.evtx.gz")
        with gzip.open(name) as file:
            data = file.read()
        with gzip.open(os.path.join(HARBOR, "NH-DC01", "System.evtx.gz")) as file:
            other = file.read()
        archive = bench.path("hosts.zip")
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            for member, content in (("a/System.evtx", other), ("b/Security.evtx", data), ("c/System.evtx", other[:-1])):
                file.writestr(member, content)
        zipped = bench.path("zip.case")
        bench.run("investigate", archive, "--case", zipped, "-q")
        hidden = next(t for t in tracks_of(bench, archive) if t["detector"] == "R2")
        assert Disclosed(bench, zipped, hidden).outcomes() == ("proved", "proved")
        span = hidden["citations"][0]["spans"][0]
        changed = bytearray(data)
        changed[span["offset"] + 30] ^= 1
        bench.write("hosts.zip", b"")
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            for member, content in (("a/System.evtx", other), ("b/Security.evtx", bytes(changed))):
                file.writestr(member, content)
        text = bench.run("prove", zipped, hidden["id"], code=1)
        assert f"FALSE    span at offset {span['offset']}" in text, text
        print(f"{len(tracks)} tracks claimed and proved twice; spans, an archive, changed bytes")


if __name__ == "__main__":
    main()
