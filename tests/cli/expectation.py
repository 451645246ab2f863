"""Compares output with what a case or the README expects. The output is deterministic, so that only two signs stand
for more than themselves:

    ...     alone on a line: any number of lines, none too
    <...>   within a line: any run of characters, none too (a version, a time of building, a speed)
"""
import re


def _line_matches(expected, found):
    pattern = ".*".join(re.escape(part) for part in expected.split("<...>"))
    return re.fullmatch(pattern, found) is not None


def _matches(expected, found):
    """Where the first difference stands (line number of `expected`), or None."""
    # Greedy from one `...` to the next is enough: the earliest fit of a block leaves most for those after it.
    blocks, starts, block, start = [], [], [], 0
    for number, line in enumerate(expected):
        if line.strip() == "...":
            blocks.append(block)
            starts.append(start)
            block, start = [], number + 1
        else:
            block.append(line)
    blocks.append(block)
    starts.append(start)

    def fits(block, at):
        return at >= 0 and at + len(block) <= len(found) and all(
            _line_matches(line, found[at + i]) for i, line in enumerate(block))

    if len(blocks) == 1:
        for i, line in enumerate(expected):
            if i >= len(found) or not _line_matches(line, found[i]):
                return i
        return None if len(found) == len(expected) else len(expected)
    if not fits(blocks[0], 0):
        return starts[0]
    at = len(blocks[0])
    for block, start in zip(blocks[1:-1], starts[1:-1]):
        while at <= len(found) and not fits(block, at):
            at += 1
        if at > len(found):
            return start
        at += len(block)
    last = len(found) - len(blocks[-1])
    return None if last >= at and fits(blocks[-1], last) else starts[-1]


def difference(expected, found):
    """A readable report of the first difference, or None when the text is as expected."""
    expected_lines = expected.split("\n")[:-1] if expected.endswith("\n") else expected.split("\n")
    found_lines = found.split("\n")[:-1] if found.endswith("\n") else found.split("\n")
    if not expected:
        expected_lines = []
    if not found:
        found_lines = []
    at = _matches(expected_lines, found_lines)
    if at is None:
        return None
    wanted = expected_lines[at] if at < len(expected_lines) else "(no further line)"
    shown = "\n".join("    | " + line for line in found_lines[:40])
    more = f"\n    | and {len(found_lines) - 40} more lines" if len(found_lines) > 40 else ""
    return f"  expected from line {at + 1}: {wanted}\n  found:\n{shown}{more}"
