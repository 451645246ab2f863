#!/usr/bin/env python3
"""Writes the samples of this folder: journal files as systemd lays them out, without hash tables and arrays, small.

usage: make.py [FOLDER]; `compact.log` needs the program zstd (values are packed with it), as journald does from 512
bytes on. Hashes are those of files without keyed hashes (lookup3); the one of hostile.log's last value is not its own.
"""

import os
import struct
import subprocess
import sys

FOLDER = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
BOOT = bytes.fromhex("0123456789abcdef0123456789abcdef")
START = 1767225600000000  # 2026-01-01T00:00:00Z, in microseconds


def lookup3(text):
    """hashlittle2 of Bob Jenkins' lookup3.c, both starts 0; the first result is the upper half."""
    mask = 0xFFFFFFFF
    v = [(0xDEADBEEF + len(text)) & mask] * 3
    rot = lambda x, n: ((x << n) | (x >> (32 - n))) & mask
    while len(text) > 12:
        v = [(v[i] + struct.unpack_from("<I", text, 4 * i)[0]) & mask for i in range(3)]
        for i, turn in enumerate((4, 6, 8, 16, 19, 4)):
            x, y, z = i % 3, (i + 1) % 3, (i + 2) % 3
            v[x] = ((v[x] - v[z]) & mask) ^ rot(v[z], turn)
            v[z] = (v[z] + v[y]) & mask
        text = text[12:]
    if text:
        text = text.ljust(12, b"\0")
        v = [(v[i] + struct.unpack_from("<I", text, 4 * i)[0]) & mask for i in range(3)]
        for i, turn in enumerate((14, 11, 25, 16, 4, 14, 24)):
            x, y = (2 + i) % 3, (1 + i) % 3
            v[x] = ((v[x] ^ v[y]) - rot(v[y], turn)) & mask
    return v[2] << 32 | v[1]


class Journal:
    def __init__(self, compact=False):
        self.compact = compact
        self.body = bytearray()
        self.entries = 0
        self.tail = 0

    def object(self, kind, flags, rest):
        at = 208 + len(self.body)
        self.body += struct.pack("<BB6xQ", kind, flags, 16 + len(rest)) + rest
        self.body += bytes(-len(self.body) % 8)
        self.tail = at
        return at

    def data(self, text, packed=False):
        payload = text if isinstance(text, bytes) else text.encode()
        own = lookup3(payload)
        if packed:
            payload = subprocess.run(
                ["zstd", "-q", "-c", "--no-check", "--stream-size", str(len(payload))],
                input=payload,
                stdout=subprocess.PIPE,
                check=True,
            ).stdout
        head = struct.pack("<6Q", own, 0, 0, 0, 0, 1) + (bytes(8) if self.compact else b"")
        return self.object(1, 4 if packed else 0, head + payload)

    def entry(self, fields):
        objects = [field if isinstance(field, int) else self.data(field) for field in fields]
        self.entries += 1
        every = 0
        for at in objects:  # the first entry that has a value stands in it; an entry's hash is that of all its values
            place = at - 208
            if 0 <= place < len(self.body) and self.body[place] == 1:
                every ^= struct.unpack_from("<Q", self.body, place + 16)[0]
                if struct.unpack_from("<Q", self.body, place + 40)[0] == 0:
                    struct.pack_into("<Q", self.body, place + 40, 208 + len(self.body))
        rest = struct.pack(
            "<QQQ16sQ", self.entries, START + self.entries * 1000000, self.entries * 1000000, BOOT, every
        )
        for at in objects:
            rest += struct.pack("<I", at) if self.compact else struct.pack("<QQ", at, 0)
        return self.object(3, 0, rest)

    def file(self, count=None):
        flags = 8 | (16 if self.compact else 0)
        head = b"LPKSHHRH" + struct.pack(
            "<IIB7x16s16s16s16sQQ", 0, flags, 1, bytes(16), bytes(16), BOOT, bytes(16), 208, len(self.body)
        )
        head += struct.pack("<4Q", 0, 0, 0, 0)
        head += struct.pack(
            "<QQQQQQQQQ",
            self.tail,
            self.entries,
            self.entries if count is None else count,
            self.entries,
            1,
            0,
            START,
            START,
            0,
        )
        return head[:208] + bytes(208 - len(head[:208])) + bytes(self.body)


def login(journal, pid, message):
    host, program = journal.data("_HOSTNAME=web01"), journal.data("_COMM=sshd")
    return [
        host,
        program,
        "SYSLOG_IDENTIFIER=sshd",
        f"_PID={pid}",
        "PRIORITY=6",
        "_SYSTEMD_UNIT=ssh.service",
        f"MESSAGE={message}",
    ]


def write(name, data):
    with open(os.path.join(FOLDER, name), "wb") as f:
        f.write(data)


def main():
    sshd = Journal()
    sshd.entry(login(sshd, 811, "Failed password for invalid user oracle from 203.0.113.9 port 50022 ssh2"))
    sshd.entry(login(sshd, 812, "error: buffer_get_ret: unexpected internal error"))
    sshd.entry(
        ["_HOSTNAME=web01", "_COMM=tool", b"BINARY=\x00\x01\n\xff", "TAG=a", "TAG=b", "MESSAGE=two\nlines"]
    )
    write("sshd.log", sshd.file())
    write("truncated.log", sshd.file()[:-90])

    sudo = Journal()
    sudo.entry(
        ["_HOSTNAME=web01", "SYSLOG_IDENTIFIER=sudo", "SYSLOG_FACILITY=10", "_COMM=sudo", "_PID=900", "_UID=1000"]
        + ["MESSAGE=op : TTY=pts/0 ; PWD=/home/op ; USER=root ; COMMAND=/usr/bin/cat /etc/shadow"]
    )
    sudo.entry(
        ["_HOSTNAME=web01", "_TRANSPORT=audit", "_AUDIT_TYPE_NAME=SERVICE_STOP", "UNIT=firewalld", "MESSAGE=stop"]
    )
    sudo.entry(["_HOSTNAME=web01", "_TRANSPORT=kernel", "SYSLOG_IDENTIFIER=kernel", "PRIORITY=4", "MESSAGE="])
    write("sudo.log", sudo.file())

    packed = Journal(compact=True)
    text = "MESSAGE=" + "a long message that repeats itself, as logs do; " * 20 + "chattr -i /etc/passwd"
    packed.entry(["_HOSTNAME=db01", "_COMM=sudo", "SYSLOG_IDENTIFIER=sudo", packed.data(text, packed=True)])
    packed.entry(["_HOSTNAME=db01", "_COMM=cron", "MESSAGE=short"])
    write("compact.log", packed.file() + bytes(512))  # room set aside

    hostile = Journal()
    hostile.entry(["_COMM=ok", "MESSAGE=before"])
    hostile.object(9, 0, bytes(40))  # no such type
    hostile.entry([8, 1 << 40, 208, "MESSAGE=points nowhere"])
    hostile.entry(
        ["=nameless", "none", hostile.object(1, 4, bytes(48) + b"not zstd"), hostile.object(1, 2, bytes(80))]
    )
    hostile.body += struct.pack("<BB6xQ", 3, 0, 1 << 60)
    changed = hostile.data("MESSAGE=behind the damage")
    hostile.entry([changed])
    hostile.body[changed - 208 + 64 + 8] ^= 1  # of its text
    write("hostile.log", hostile.file(count=99))


main()
