"""Notes that a reader must refuse, and odd ones that it must accept, made of a good checkpoint with Python's
`cryptography`. Each is (what is wrong, bytes, is it to be accepted). C2SP signed-note and tlog-checkpoint."""
import base64

from foreign_log import DASH, ForeignLog, b64, sha


def vectors(log, size):
    text, line = log.text(size), log.line(log.text(size))
    good = text + "\n" + line
    other = ForeignLog("other.example", seed=bytes([9] * 32), leaves=8)
    blob = base64.b64decode(line.split(" ")[2])
    root = text.split("\n")[2]

    def signed(body):
        return body + "\n" + log.line(body)

    def unknown(count, length):
        return "".join(f"{DASH} w{i}.example {b64(sha(b'%d' % i)[:4] + bytes(length))}\n" for i in range(count))

    def with_blob(data, name=log.name):
        return f"{text}\n{DASH} {name} {data if isinstance(data, str) else b64(data)}\n"

    accepted = [
        ("as it was signed", good),
        ("a signature of an unknown key behind it", good + other.line(text)),
        ("a signature of an unknown key before it", text + "\n" + other.line(text) + line),
        ("16 further signatures of ML-DSA-44 size", good + unknown(16, 8 + 2420)),
        ("an unknown key of the log's name", good + f"{DASH} {log.name} {b64(bytes(4) + blob[4:])}\n"),
        ("an extension line", signed(text + "an extension\n")),
    ]
    refused = [
        ("nothing", ""),
        ("a line end alone", "\n"),
        ("no signature", text + "\n"),
        ("no blank line", text + line),
        ("no line end at the end", good[:-1]),
        ("a blank line at the end", good + "\n"),
        ("text behind the signatures", good + "more\n"),
        ("carriage returns", good.replace("\n", "\r\n")),
        ("a tab in the text", signed(text + "a\tb\n")),
        ("a null byte in the text", signed(text + "a\0b\n")),
        ("a byte that is no UTF-8", good.encode().replace(b"\xe2\x80\x94", b"\xe2\x80")),
        ("an overlong form in the text", (text + "\n").encode() + b"\xc0\xaf\n" + line.encode()),
        ("a hyphen instead of the dash", good.replace(DASH, "-")),
        ("an en dash instead of the dash", good.replace(DASH, "\u2013")),
        ("two spaces before the name", good.replace(DASH + " ", DASH + "  ")),
        ("no space behind the name", good.replace(log.name + " " + line.split(" ")[2], log.name + line.split(" ")[2])),
        ("a plus sign in a name", good + f"{DASH} a+b {b64(bytes(68))}\n"),
        ("a no-break space in a name", good + f"{DASH} a\u00a0b {b64(bytes(68))}\n"),
        ("a signature without padding", with_blob(b64(blob).rstrip("="))),
        ("a signature in the URL alphabet", good + f"{DASH} u.example {b64(bytes([0xff] * 68)).replace('/', '_')}\n"),
        ("bits behind the last byte of base64", good + f"{DASH} u.example {b64(bytes(67))[:-2]}B=\n"),
        ("a signature of 4 bytes", good + f"{DASH} u.example {b64(bytes(4))}\n"),
        ("one bit of the signature", with_blob(blob[:-1] + bytes([blob[-1] ^ 1]))),
        ("a signature of 63 bytes", with_blob(blob[:-1])),
        ("a signature of 65 bytes", with_blob(blob + b"\0")),
        ("another key's id", with_blob(other.id + blob[4:])),
        ("another name", with_blob(blob, "log.example/hostilf")),
        ("a false signature of the log beside a good one", good + log.line(text, signed="another\n")),
        ("only unknown keys", text + "\n" + other.line(text)),
        ("another size", good.replace(f"\n{size}\n", f"\n{size + 1}\n", 1)),
        ("a leading zero, signed", signed(text.replace(f"\n{size}\n", f"\n0{size}\n", 1))),
        ("a size beyond 64 bits, signed", signed(text.replace(f"\n{size}\n", "\n18446744073709551616\n", 1))),
        ("a negative size, signed", signed(text.replace(f"\n{size}\n", "\n-1\n", 1))),
        ("a root of 31 bytes, signed", signed(text.replace(root, b64(bytes(31)), 1))),
        ("an empty line in the checkpoint, signed", signed(text + "\nx\n")),
        ("two lines, signed", signed(f"{log.name}\n{size}\n")),
        ("an empty origin, signed", signed(text.replace(log.name, "", 1))),
        ("65 signatures", good + unknown(64, 64)),
        ("two megabytes of signatures", good + unknown(600, 2428)),
    ]

    def raw(note):
        return note if isinstance(note, bytes) else note.encode()
    return [(what, raw(note), True) for what, note in accepted] + [(what, raw(note), False) for what, note in refused]
