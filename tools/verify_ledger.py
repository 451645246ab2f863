#!/usr/bin/env python3
"""Checks what a silhouette ledger says, without silhouette: the standard library and `cryptography` alone.

  verify_ledger.py proof LOG.vkey FILE.tlog-proof ENTRY     an entry is in the log, and its author signed it
  verify_ledger.py claim LOG.vkey DISCLOSURE.json CLAIM     a claim down to the bytes it rests on

One line a step; exit 0 only if all hold. Formats: docs/ledger-format.md.
"""
import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Broken(Exception):
    pass


class Withheld(Exception):
    pass


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(text):
    return base64.b64decode(text, validate=True)


def demand(holds, what):
    if not holds:
        raise Broken(what)
    print("holds    " + what)


def canonical(value):
    """RFC 8785 for what entries hold: text, whole numbers, lists, objects."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda k: k.encode("utf-16-be"))
        return "{" + ",".join(canonical(k) + ":" + canonical(value[k]) for k in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\x7f")
    return json.dumps(value)


def no_duplicates(pairs):
    if len({k for k, _ in pairs}) != len(pairs):
        raise Broken("a key stands twice")
    return dict(pairs)


def vkey(text):
    name, number, blob = text.strip().split("+", 2)
    blob = b64(blob)
    if sha(name.encode(), b"\n", blob)[:4].hex() != number:
        raise Broken("the key's id is not its own")
    return name, bytes.fromhex(number), blob[0], blob[1:]


def signed_by(key, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except InvalidSignature:
        return False


def open_checkpoint(note, key):
    name, number, _, public = key
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    for line in lines.splitlines():
        who, blob = line[2:].rsplit(" ", 1)
        blob = b64(blob)
        if who == name and blob[:4] == number and signed_by(public, text.encode(), blob[4:]):
            origin, size, root = text.split("\n")[:3]
            if origin == name:
                return int(size), b64(root)
    raise Broken("no signature of the log under the checkpoint")


def included(index, size, leaf, path, root):
    if index >= size:
        return False
    node, last, r = index, size - 1, leaf
    for p in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            r = sha(b"\x01", p, r)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            r = sha(b"\x01", r, p)
        node, last = node >> 1, last >> 1
    return last == 0 and r == root


def tree_root(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha(b"\x01", tree_root(leaves[:half]), tree_root(leaves[half:]))


def check_proof(log, proof, entry, name):
    """Inclusion under a checkpoint of the log, then the author's signature. Gives (index, entry)."""
    head, _, note = proof.partition("\n\n")
    lines = head.split("\n")
    demand(lines[0] == "c2sp.org/tlog-proof@v1", f"{name}: a tlog-proof")
    at = 2 if lines[1].startswith("extra ") else 1
    index = int(lines[at].removeprefix("index "))
    size, root = open_checkpoint(note, log)
    demand(included(index, size, sha(b"\0", entry), [b64(x) for x in lines[at + 1:]], root),
           f"{name}: entry {index} of {size} is in the log {log[0]}")
    parsed = json.loads(entry, object_pairs_hook=no_duplicates)
    demand(canonical(parsed).encode() == entry, f"{name}: in canonical form")
    sig = parsed["sig"]
    bare = {k: v for k, v in parsed.items() if k != "sig"}
    demand(included(sig["index"], sig["size"], sha(b"\0", canonical(bare).encode()), [b64(x) for x in sig["path"]],
                    b64(sig["root"])), f"{name}: in the batch that its author signed")
    text = f"silhouette/batch/1\n{sig['size']}\n{sig['root']}\n"
    demand(signed_by(vkey(parsed["author"])[3], text.encode(), b64(sig["ed25519"])),
           f"{name}: signed by {parsed['author']}")
    return index, parsed


def leaf_of(item):
    if "leaf" in item:
        return b64(item["leaf"])
    return sha(b"\0", b64(item["salt"]), canonical(item["content"]).encode())


def check_claim(log, disclosure, wanted):
    parts = {}
    for name in ("claim", "deposit", "record_root"):
        part = disclosure[name]
        parts[name] = check_proof(log, part["proof"], canonical(part["entry"]).encode(), name)
    index, claim = parts["claim"]
    demand(index == wanted, f"claim: it is entry {wanted}: {claim['body']['text']}")
    for name in ("citations", "fields"):
        committed = claim["body"][name]
        leaves = [leaf_of(item) for item in disclosure[name]]
        opened = sum("content" in item for item in disclosure[name])
        demand(len(leaves) == committed["count"] and tree_root(leaves) == b64(committed["root"]),
               f"{name}: as the claim committed to, {opened} of {len(leaves)} open")
    deposit, root = parts["deposit"][1]["body"], parts["record_root"][1]["body"]
    demand(root["deposit"] == parts["deposit"][0], "record root: of this deposit")
    file = disclosure["file"]
    demand(leaf_of(file) == b64(deposit["file"]), f"deposit: file {file['content']['sha256']}")
    ours = [c for c in claim["body"]["commitments"] if c["deposit"] == parts["deposit"][0]]
    for record in disclosure["records"]:
        name = f"record at {record['offset']}"
        if "withheld" in record:
            raise Withheld(name + ": bytes are withheld")
        data = b64(record["bytes"])
        spans = [[record["offset"], len(data)]]
        cites = [i["content"] for i in disclosure["citations"] if "content" in i and i["content"]["spans"] == spans]
        demand(bool(cites) and cites[0]["record"] == sha(data).hex(), f"{name}: bytes have the cited digest")
        leaf = sha(b"\0", b64(record["salt"]), sha(data))
        unlisted = "detector" in claim["body"] or "recovered" in claim["body"]  # need be no record of the tree
        if unlisted and "index" not in record and "path" not in record:
            print(f"note     {name}: a span of the file, no record of its own")
        else:
            path = [b64(x) for x in record["path"]]
            demand(included(record["index"], root["records"], leaf, path, b64(root["root"])),
                   f"{name}: record {record['index']} of {root['records']} of the deposit")
        same = [c for c in ours if c["record"] == record["offset"]]
        demand(all(b64(c["leaf"]) == leaf for c in same), f"{name}: is what the claim committed to")
    for missing in {c["record"] for c in ours} - {r["offset"] for r in disclosure["records"]}:
        raise Withheld(f"record at {missing}: is not shown")


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in ("proof", "claim"):
        sys.exit(__doc__)
    try:
        log = vkey(open(sys.argv[2], encoding="utf-8").read())
        if sys.argv[1] == "proof":
            entry = open(sys.argv[4], "rb").read().rstrip(b"\n")
            check_proof(log, open(sys.argv[3], encoding="utf-8").read(), entry, "entry")
        else:
            text = open(sys.argv[3], encoding="utf-8").read()
            check_claim(log, json.loads(text, object_pairs_hook=no_duplicates), int(sys.argv[4]))
    except Withheld as closed:
        print(f"withheld {closed}")
        return 1
    except (Broken, KeyError, ValueError, IndexError) as error:
        print(f"FALSE    {error}")
        return 1
    print("proved")
    return 0


if __name__ == "__main__":
    sys.exit(main())
