"""A log of somebody else: 4,096 leaves, its tree and its notes, computed here with Python's hashlib and `cryptography`
and nothing of ours. RFC 6962 section 2.1; C2SP signed-note, tlog-checkpoint, tlog-witness."""
import base64
import hashlib
import http.client
import json

DASH = "\u2014"


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(data):
    return base64.b64encode(data).decode()


def canonical(value):  # RFC 8785, of what these tests write: no numbers but whole ones, no names beyond ASCII
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def tree(leaves):
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1", tree(leaves[:half]), tree(leaves[half:]))


class ForeignLog:
    def __init__(self, name, seed=bytes(range(32)), leaves=4096):
        from cryptography.hazmat.primitives import serialization as s
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        self.name, self.private = name, Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.private.public_key().public_bytes(s.Encoding.Raw, s.PublicFormat.Raw)
        self.id = sha(name.encode(), b"\n\1", self.public)[:4]
        self.vkey = f"{name}+{self.id.hex()}+{b64(bytes([1]) + self.public)}"
        self.leaves = [sha(b"\0entry %d" % i) for i in range(leaves)]
        self.memory = {}

    def root(self, low, high):
        if high == low:
            return sha()
        if high - low == 1:
            return self.leaves[low]
        if (low, high) not in self.memory:
            half = 1 << ((high - low - 1).bit_length() - 1)
            self.memory[low, high] = sha(b"\1", self.root(low, low + half), self.root(low + half, high))
        return self.memory[low, high]

    def consistency(self, old, low, high, known=True):
        if old == high:
            return [] if known else [self.root(low, high)]
        half = 1 << ((high - low - 1).bit_length() - 1)
        if old <= low + half:
            return self.consistency(old, low, low + half, known) + [self.root(low + half, high)]
        return self.consistency(old, low + half, high, False) + [self.root(low, low + half)]

    def proof(self, old, size):
        return self.consistency(old, 0, size) if 0 < old < size else []

    def text(self, size, root=None):
        return f"{self.name}\n{size}\n{b64(self.root(0, size) if root is None else root)}\n"

    def line(self, text, signed=None):
        """`signed`: what is really signed, where that is another text."""
        return f"{DASH} {self.name} {b64(self.id + self.private.sign((signed or text).encode()))}\n"

    def note(self, size, root=None):
        text = self.text(size, root)
        return text + "\n" + self.line(text)

    def submission(self, old, size):
        return f"old {old}\n" + "".join(b64(h) + "\n" for h in self.proof(old, size)) + "\n" + self.note(size)


class Asker:
    """HTTP with one connection kept open."""

    def __init__(self, url, timeout=10):
        self.connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=timeout)

    def ask(self, method, target, body=None):
        """(status, content type, body)"""
        self.connection.request(method, target, body.encode() if isinstance(body, str) else body)
        answer = self.connection.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read()

    def add(self, body):
        return self.ask("POST", "/add-checkpoint", body)

    def close(self):
        self.connection.close()


def place_of(name):
    return f"/{hashlib.sha256(name.encode()).hexdigest()}/checkpoint"
