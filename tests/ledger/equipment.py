"""What the ledger's tests share: a home of their own for keys, the program, small logs, skipping."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.environ.get("SIL_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))
# For a small case with a finding of level high.
RULE = """title: Someone asked who he is
id: 11111111-2222-4333-8444-555555555555
status: test
level: high
logsource: {product: windows, category: process_creation}
detection:
  selection: {CommandLine|contains: whoami}
  condition: selection
"""
FULL = os.environ.get("LEDGER_ROUNDS") == "full"


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


class Bench:
    """A folder and a home; removed at the end."""

    def __init__(self, program=None):
        self.program = os.path.abspath(program or sys.argv[1])
        self.folder = tempfile.mkdtemp(prefix="ledger-")
        self.environment = dict(os.environ, HOME=self.folder, XDG_CONFIG_HOME=os.path.join(self.folder, "config"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return self.path(name)

    def run(self, *arguments, code=0):
        done = subprocess.run([self.program, *arguments], capture_output=True, cwd=self.folder, env=self.environment)
        if code is not None and done.returncode != code:
            raise AssertionError(f"{arguments}: exit {done.returncode}, expected {code}\n"
                                 f"{done.stdout.decode(errors='replace')[-2000:]}\n"
                                 f"{done.stderr.decode(errors='replace')[-2000:]}")
        return done.stdout.decode()

    def vkey(self, key):
        """The author's vkey of a key file, by signing something."""
        return json.loads(self.sign(key, "assess", {"text": "x", "claims": []}))["author"]

    def sign(self, key, kind, body):
        file = self.write("body.json", json.dumps(body))
        return self.run("ledger", "sign", kind, file, "--author-key", key).strip()

    def new_key(self, name):
        """A signing key in a file of mode 0600, made with Python's cryptography."""
        import base64
        import hashlib
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives import serialization as s
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes(s.Encoding.Raw, s.PublicFormat.Raw)
        seed = private.private_bytes(s.Encoding.Raw, s.PrivateFormat.Raw, s.NoEncryption())
        number = hashlib.sha256(name.encode() + b"\n\x01" + public).hexdigest()[:8]
        path = self.path(name.replace("/", "_") + ".key")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"PRIVATE+KEY+{name}+{number}+" + base64.b64encode(b"\x01" + seed).decode() + "\n")
        return path


def claim_body(text):
    import base64
    nothing = base64.b64encode(bytes(32)).decode()
    return {"finding": nothing, "text": text, "tlp": "clear", "confidence": "stated", "commitments": [],
            "citations": {"count": 0, "root": nothing}}


def need_cryptography():
    try:
        import cryptography  # noqa: F401
    except ImportError:
        skip("python3 has no package `cryptography` (pip install cryptography)")
