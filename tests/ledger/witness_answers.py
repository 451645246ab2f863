#!/usr/bin/env python3
"""The table of a witness's answers (C2SP tlog-witness) as HTTP cases against the verb `witness`, with the codes of the
specification, those included where the known witness (OmniWitness, July 2026) errs: 500 for 403 and 404, 422 for too
many lines, 200 for a leading zero. Each cosignature is checked with Python's `cryptography`. Then the witness is killed
and started again."""
import base64
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from equipment import Bench, need_cryptography
from foreign_log import DASH, Asker, ForeignLog, b64, place_of, sha
from small_log import start_witness

need_cryptography()
NEVER = "0" * 64


def cosignature_holds(vkey, text, line):
    """The time that was signed; an assertion fails where the line is not a cosignature/v1 of the key over the text."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    name, number, key = vkey.split("+", 2)
    key = base64.b64decode(key)
    assert key[0] == 4 and sha(name.encode(), b"\n", key)[:4].hex() == number, vkey
    dash, who, blob = line.rstrip("\n").split(" ")
    blob = base64.b64decode(blob)
    assert dash == DASH and who == name and blob[:4].hex() == number and len(blob) == 4 + 8 + 64, line
    time = int.from_bytes(blob[4:12], "big")
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(blob[12:], f"cosignature/v1\ntime {time}\n{text}".encode())
    return time


def cases(log, stranger):
    """(what, body, status) in order; `None` as status: 200 with a cosignature over the size that the body carries."""
    liar = ForeignLog(log.name, seed=bytes(32))  # the right name, another key
    note = log.note(12)
    twelve = f"old 9\n{''.join(b64(h) + chr(10) for h in log.proof(9, 12))}\n"
    forged = log.text(12) + "\n" + log.line(log.text(12), signed="another text\n")
    hash_line = b64(log.leaves[0]) + "\n"
    yield "a size of 0 with a root that is not SHA-256 of nothing", f"old 0\n\n{log.note(0, log.leaves[0])}", 422
    yield "a proof where old is 0", f"old 0\n{hash_line}\n{log.note(5)}", 422
    yield "an empty log", log.submission(0, 0), 0
    yield "the first entries", log.submission(0, 5), 5
    yield "more of them", log.submission(5, 9), 9
    yield "the same again", log.submission(9, 9), 9
    yield "old larger than the size", f"old 10\n\n{log.note(9)}", 400
    yield "old that is not the size last cosigned", log.submission(5, 12), 409
    yield "old beyond the size last cosigned", log.submission(11, 12), 409
    yield "a proof that does not hold", f"old 9\n{hash_line}\n{note}", 422
    yield "a proof that is left out", f"old 9\n\n{note}", 422
    yield "a hash too many", log.submission(9, 12).replace("\n\n", "\n" + hash_line + "\n", 1), 422
    yield "the same size, another root", f"old 9\n\n{log.note(9, log.leaves[0])}", 422
    yield "no signature of a trusted key", twelve + liar.note(12), 403
    yield "a trusted key whose signature fails", twelve + forged, 403
    yield "an unknown origin", stranger.submission(0, 5), 404
    yield "64 lines of proof", "old 9\n" + hash_line * 64 + "\n" + note, 400
    yield "a leading zero", log.submission(9, 12).replace("old 9", "old 09"), 400
    yield "a sign", log.submission(9, 12).replace("old 9", "old +9"), 400
    yield "a size beyond 64 bits", log.submission(9, 12).replace("old 9", "old 18446744073709551625"), 400
    yield "no old line", "\n" + note, 400
    yield "no blank line", "old 9\n" + hash_line, 400
    yield "no checkpoint", "old 9\n\n", 400
    yield "nothing", "", 400
    yield "a hash of 31 bytes", f"old 9\n{b64(bytes(31))}\n\n{note}", 400
    yield "a carriage return", log.submission(9, 12).replace("old 9\n", "old 9\r\n"), 400
    yield "bytes that are no UTF-8", log.submission(9, 12).encode() + b"\xff", 400
    yield "a note with 16 further signatures of ML-DSA size", log.submission(9, 12) + "".join(
        f"{DASH} w{i} {b64(bytes([i]) * (4 + 8 + 2420))}\n" for i in range(16)), 12


def main():
    with Bench() as bench:
        log, stranger = ForeignLog("log.example/answers"), ForeignLog("other.example", seed=bytes([1] * 32))
        process, vkey, url = start_witness(bench, "w.example/answers", [log.vkey])
        try:
            asker, size, count, last_time = Asker(url), 0, 0, 0
            assert asker.ask("GET", place_of(log.name))[0] == 404, "never cosigned"
            for what, body, expected in cases(log, stranger):
                status, kind, answer = asker.add(body)
                if expected < 400:
                    assert status == 200 and kind == "text/plain; charset=utf-8", (what, status, answer)
                    time = cosignature_holds(vkey, log.text(expected), answer.decode())
                    assert time > 0 and time >= last_time, (what, time)
                    size, last_time = expected, time
                else:
                    assert status == expected, (what, status, answer)
                if expected == 409:
                    assert (kind, answer) == ("text/x.tlog.size", b"%d\n" % size), (what, kind, answer)
                count += 1
            status, kind, answer = asker.ask("GET", place_of(log.name))
            assert status == 200 and kind == "text/plain; charset=utf-8"
            lines = answer.decode().split("\n\n", 1)[1].splitlines(True)
            assert answer.decode().startswith(log.text(12) + "\n" + log.line(log.text(12)))
            cosignature_holds(vkey, log.text(12), lines[-1])
            for method, target, expected in (("GET", f"/{NEVER}/checkpoint", 404), ("GET", "/add-checkpoint", 405),
                                             ("GET", "/", 404), ("POST", place_of(log.name), 404)):
                assert asker.ask(method, target)[0] == expected, target
                count += 1
            asker.close()
            large = Asker(url)
            try:
                assert large.add("x" * (1 << 20) + "y")[0] == 413
            except OSError:
                pass  # it hung up while we still sent: refused as well
            assert Asker(url).add(log.submission(12, 13))[0] == 200
            process.kill()
            process.wait()
            process, again, url = start_witness(bench, "w.example/answers", [log.vkey])
            assert again == vkey
            assert Asker(url).add(log.submission(9, 14))[2] == b"13\n", "what was cosigned is remembered"
            assert Asker(url).add(log.submission(13, 14))[0] == 200
            print(f"{count} cases answered as the specification says, cosignatures checked, 13 remembered after a kill")
        finally:
            process.kill()
            process.wait()


main()
