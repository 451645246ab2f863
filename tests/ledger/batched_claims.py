"""Claims that all differ, in signed batches: written from docs/ledger-format.md in Python, not by the program."""
from foreign_log import ForeignLog, b64, sha

BATCH = 1000


def batches(count):
    """Entries as lines, a batch at a time; the first adds the author's key."""
    author = ForeignLog("author.example", leaves=0)
    private, vkey = author.private, author.vkey
    nothing = b64(bytes(32))
    for first in range(0, count, BATCH):
        bare = []
        for i in range(first, min(count, first + BATCH)):
            body = (f'"body":{{"action":"add","key":"{vkey}"}},"kind":"key"' if i == 0 else
                    f'"body":{{"citations":{{"count":0,"root":"{nothing}"}},"commitments":[],"confidence":"stated",'
                    f'"finding":"{b64(sha(b"%d" % i))}","text":"claim {i}","tlp":"clear"}},"kind":"claim"')
            bare.append(f'{{"author":"{vkey}",{body},"schema":"silhouette/entry/1"')
        levels = [[sha(b"\0", (b + "}").encode()) for b in bare]]
        while len(levels[-1]) > 1:
            low = levels[-1]
            levels.append([sha(b"\1", low[i], low[i + 1]) for i in range(0, len(low) - 1, 2)] + low[len(low) & ~1:])
        root = b64(levels[-1][0])
        signature = b64(private.sign(f"silhouette/batch/1\n{len(bare)}\n{root}\n".encode()))
        lines = []
        for i, entry in enumerate(bare):
            path = [b64(low[i >> n ^ 1]) for n, low in enumerate(levels[:-1]) if i >> n ^ 1 < len(low)]
            path = ",".join(f'"{p}"' for p in path)
            lines.append(f'{entry},"sig":{{"ed25519":"{signature}","index":{i},"path":[{path}],"root":"{root}",'
                         f'"size":{len(bare)}}}}}\n')
        yield "".join(lines)
