#!/usr/bin/env python3
"""Every test vector of docs/ledger-format.md computed anew from the rules on that page, with Python's hashlib and
`cryptography`; then the page's own log, laid out as files, is verified by the program, and its first entry is signed by
the program to the same bytes. --write puts the computed vectors into the page."""
import hmac
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import ROOT, Bench, claim_body, need_cryptography
from foreign_log import DASH, ForeignLog, b64, canonical, sha, tree

need_cryptography()
PAGE = os.path.join(ROOT, "docs", "ledger-format.md")
BLOCK = re.compile(r"```vector (\S+)\n(.*?)```\n", re.S)
LOG, AUTHOR, WITNESS = "log.example/vectors", "author.example", "witness.example"


def sign(author, parts):
    """Entries of one batch of at most two, so that a path is the other one's leaf."""
    bare = [{"author": author.vkey, "body": body, "kind": kind, "schema": "silhouette/entry/1"} for kind, body in parts]
    leaves = [sha(b"\0", canonical(entry).encode()) for entry in bare]
    root = b64(tree(leaves))
    signature = b64(author.private.sign(f"silhouette/batch/1\n{len(bare)}\n{root}\n".encode()))
    paths = [[b64(x) for x in leaves[:i] + leaves[i + 1:]] for i in range(len(leaves))]
    return [canonical({**entry, "sig": {"ed25519": signature, "index": i, "path": paths[i], "root": root,
                                        "size": len(bare)}}) for i, entry in enumerate(bare)]


def key_text(signer, seed):
    return f"PRIVATE+KEY+{signer.name}+{signer.id.hex()}+{b64(bytes([1]) + seed)}"


def computed():
    seeds = [bytes([fill] * 32) for fill in (1, 2, 3)]
    log, author, witness = (ForeignLog(n, s, 0) for n, s in zip((LOG, AUTHOR, WITNESS), seeds))
    out = {"signing-key": key_text(author, seeds[1]), "verifier-key": author.vkey}
    entries = sign(author, [("key", {"action": "add", "key": author.vkey})])
    entries += sign(author, [("claim", claim_body("one")), ("claim", claim_body("two"))])
    log.leaves = [sha(b"\0", entry.encode()) for entry in entries]
    out["entries"] = "\n".join(entries)
    out["tile"] = b"".join(log.leaves).hex()
    text, note = log.text(3), log.note(3)
    out["checkpoint"] = note.rstrip("\n")
    cosigner = sha(witness.name.encode(), b"\n\4", witness.public)[:4]
    out["witness-key"] = f"{WITNESS}+{cosigner.hex()}+{b64(bytes([4]) + witness.public)}"
    time = 1700000000
    signed = witness.private.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
    out["cosignature"] = f"{DASH} {WITNESS} {b64(cosigner + time.to_bytes(8, 'big') + signed)}"
    sibling = b64(sha(b"\1", log.leaves[0], log.leaves[1]))  # leaf 2 stands alone at the right
    out["proof"] = f"c2sp.org/tlog-proof@v1\nindex 2\n{sibling}\n\n{out['checkpoint']}"
    secret, record = bytes([7] * 32), b"a record"
    salt = hmac.digest(secret, (4608).to_bytes(8, "big"), "sha256")
    out["record"] = f"salt {b64(salt)}\nleaf {b64(sha(bytes(1), salt, sha(record)))}"
    salt = hmac.digest(secret, b"file", "sha256")
    content = canonical({"name": "Security.evtx", "sha256": sha(record).hex(), "size": "8"})
    out["item"] = f"content {content}\nsalt {b64(salt)}\nleaf {b64(sha(bytes(1), salt, content.encode()))}"
    return out, entries, log


def lay_out(bench, entries, out):
    """The log as files, from the page alone."""
    folder = bench.path("laid-out")
    for part in ("tile/entries/000.p", "tile/0/000.p"):
        os.makedirs(os.path.join(folder, "log", part))
    bundle = b"".join(len(e).to_bytes(2, "big") + e.encode() for e in entries)
    for name, data in (("log/tile/entries/000.p/3", bundle), ("log/tile/0/000.p/3", bytes.fromhex(out["tile"])),
                       ("log/checkpoint", (out["checkpoint"] + "\n" + out["cosignature"] + "\n").encode())):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    return folder


def main():
    out, entries, log = computed()
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    if "--write" in sys.argv:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(BLOCK.sub(lambda m: f"```vector {m[1]}\n{out[m[1]]}\n```\n", page))
        return
    said = {name: text.rstrip("\n") for name, text in BLOCK.findall(page)}
    assert set(said) == set(out), set(said) ^ set(out)
    for name, text in out.items():
        assert said[name] == text, f"{name}:\n{said[name]}\nis, from the rules:\n{text}"
    with Bench() as bench:
        folder = lay_out(bench, said["entries"].split("\n"), said)
        with open(os.path.join(folder, "log.vkey"), "w") as file:
            file.write(log.vkey + "\n")
        policy = bench.write("policy", f"witness w {said['witness-key']}\nquorum w\n")
        words = bench.run("ledger", "verify", folder, "--policy", policy)
        assert "witnessed by 1 of 1" in words and "3 entries, 2 claims" in words, words
        proof, entry = bench.write("2.tlog-proof", said["proof"] + "\n"), bench.write("2.entry", entries[2] + "\n")
        assert bench.run("ledger", "prove", folder, "2") == said["proof"] + "\n" + said["cosignature"] + "\n"
        assert "holds entry 2 of 3" in bench.run("ledger", "verify", proof, "--entry", entry, "--vkey",
                                                 os.path.join(folder, "log.vkey"))
        key = bench.path("author.key")
        with open(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(said["signing-key"] + "\n")
        assert bench.sign(key, "key", {"action": "add", "key": said["verifier-key"]}) == entries[0]
    print(f"{len(out)} vectors computed from the rules; the program verifies that log and signs the same bytes")


main()
