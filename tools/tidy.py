#!/usr/bin/env python3
"""The house rules that a machine can check. Prints `file:line: reason` for each breach; exit 1 if there is one.

Checked: who includes whom (ARCHITECTURE.md), OS headers only in bytes/, file, function and header sizes, names,
line length, tabs, line ends, ASCII sources, `#pragma once`, leftover reminders, text that belongs to one machine,
links in the documents, documents that sources name, a reason in docs/decisions for every dependency, a test for
every built-in rule.
"""
import os
import re
import statistics
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

FOUNDATION = {"bytes", "model"}
WORKING = {"ingest", "hunt", "tracks", "trace", "attribute", "report"}
MAY_INCLUDE = {room: FOUNDATION | {room} for room in WORKING | {"ledger", "casefile"}}
MAY_INCLUDE["bytes"] = {"bytes"}
MAY_INCLUDE["model"] = FOUNDATION
MAY_INCLUDE["warn"] = FOUNDATION | {"warn", "ledger"}
MAY_INCLUDE["flow"] = FOUNDATION | WORKING | {"warn", "ledger", "casefile", "flow"}
MAY_INCLUDE["serve"] = FOUNDATION | {"flow", "serve"}
MAY_INCLUDE["cli"] = FOUNDATION | {"flow", "serve", "cli"}
TEST_EQUIPMENT = "evtx_writer"  # tests/evtx_writer: unit tests may use it, the product never

OS_HEADERS = re.compile(r"<(unistd|fcntl|dirent|poll|sched|spawn|pthread|termios|signal|sys/\w+|linux/\w+)\.h>")
DRAWERS = re.compile(r"(^|/)(utils?|common|core|helpers?|misc|manager)(/|\.|$)", re.I)
REMINDERS = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]) + r")\b")
ONE_MACHINE = re.compile("|".join([r"(?<![\w.])/wo" + r"rk/", r"(?<![\w.])/ro" + r"ot/", r"/tm" + "p/b-",
                                   r"\bpypi\." + "org", r"crates\." + "io", r"registry\.npmjs",
                                   r"deb\.debian\." + "org", r"proxy\.golang"]))

MAX_FILE, MAX_FUNCTION, MAX_LINE, MAX_HEADER_MEDIAN, MAX_README = 700, 70, 120, 90, 150

# path -> {check: reason}. Checks: include, os, file, function, line, ascii, name.
EXCEPTIONS = {}

findings = []


def report(path, line, check, reason):
    if check not in EXCEPTIONS.get(path, {}):
        findings.append((path, line, reason))


def tree():
    """Tracked files and new ones that are not ignored; without git, everything outside build/."""
    git = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True)
    if git.returncode == 0 and git.stdout:
        names = git.stdout.decode("utf-8", "surrogateescape").split("\0")
    else:
        names = [os.path.relpath(os.path.join(folder, name), ROOT) for folder, _, files in os.walk(ROOT)
                 for name in files if not os.path.relpath(folder, ROOT).startswith(("build", ".git"))]
    return sorted(n for n in set(names) if n and os.path.isfile(os.path.join(ROOT, n)))


def blank_out(text):
    """Comments, strings and character literals become blanks; line breaks stay, so that line numbers hold."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"([^\s()\\]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
                         r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'", re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def blank_comments(text):
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"([^\s()\\]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()) if m.group()[0] == "/" else m.group(), text)


NOT_A_FUNCTION = re.compile(r"^\s*(inline\s+)?(namespace|class|struct|union|enum|extern)\b|=\s*$")
SIGNATURE = re.compile(r"\)\s*(const|noexcept|override|final|mutable|&&?|->\s*[\w:<>,\s*&]+|:\s.*|\s)*$|^\s*try\s*$",
                       re.S)
PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.M)
RAW_STRING = re.compile(r'R"([^\s()\\]{0,16})\(.*?\)\1"', re.S)


def functions(text):
    """(first line, last line) of each function body, by a brace counter; lambdas count to what holds them."""
    code = PREPROCESSOR.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), blank_out(text))
    stack, head, line, head_line, inside = [], "", 1, 1, 0
    for char in code:
        if char == "\n":
            line += 1
        if char == "{":
            opens = not inside and not NOT_A_FUNCTION.search(head) and SIGNATURE.search(head) and "(" in head
            stack.append((opens, head_line))
            inside += bool(opens)
            head = ""
        elif char == "}":
            if stack:
                opened, first = stack.pop()
                inside -= bool(opened)
                if opened:
                    yield first, line
            head = ""
        elif char == ";" and head.count("(") <= head.count(")"):
            head = ""
        else:
            if not head.strip() and not char.isspace():
                head, head_line = "", line
            head += char


def check_includes(path, lines):
    room = path.split("/")[1] if path.startswith("src/") and path.count("/") > 1 else None
    for number, text in enumerate(lines, 1):
        if room and room != "bytes" and OS_HEADERS.search(text) and text.lstrip().startswith("#"):
            report(path, number, "os", f"OS calls stay in bytes/: {text.strip()}")
        match = re.match(r'\s*#\s*include\s+"([^"]+)"', text)
        if not match or not room:
            continue
        target = match.group(1)
        there = target.split("/")[0]
        if there == TEST_EQUIPMENT and path.endswith("_test.cc"):
            continue
        if not os.path.isfile(os.path.join(ROOT, "src", target)):
            report(path, number, "include", f'"{target}" is no file under src/ (includes are relative to src/)')
        elif room not in MAY_INCLUDE:
            report(path, number, "include", f"src/{room} is no room of ARCHITECTURE.md")
        elif there not in MAY_INCLUDE[room]:
            report(path, number, "include", f"{room}/ must not include {there}/")


def check_source(path, text, lines, header_sizes):
    check_includes(path, lines)
    if path.endswith(".h"):
        header_sizes.append(len(lines))
        first = next((t.strip() for t in blank_comments(text).split("\n") if t.strip()), "")
        if first != "#pragma once":
            report(path, 1, "name", "a header begins with #pragma once")
    for number, code in enumerate(blank_comments(text).split("\n"), 1):
        if not code.isascii() and not path.endswith("_test.cc"):  # tests show the text they are about
            report(path, number, "ascii", "non-ASCII outside a comment; write it as an escape")
    for first, last in functions(text):
        if last - first + 1 > MAX_FUNCTION:
            report(path, first, "function", f"function of {last - first + 1} lines (at most {MAX_FUNCTION})")


def check_lines(path, text, lines):
    code = path.endswith((".cc", ".h", ".py", ".cmake", ".sh"))
    # Text in a raw string is laid out for its reader (HTML, logs, rules), not for ours.
    widths = [len(line) for line in RAW_STRING.sub(lambda m: "\n" * m.group().count("\n"), text).split("\n")]
    if code and len(lines) > MAX_FILE:
        report(path, MAX_FILE, "file", f"file of {len(lines)} lines (at most {MAX_FILE})")
    for number, text in enumerate(lines, 1):
        if "\r" in text:
            report(path, number, "line", "CR at the line's end")
        if "\t" in text and not path.endswith(".case"):
            report(path, number, "line", "tab")
        if code and widths[number - 1] > MAX_LINE:
            report(path, number, "line", f"line of {widths[number - 1]} characters (at most {MAX_LINE})")
        if text.endswith((" ", "\t")) and code:
            report(path, number, "line", "blanks at the line's end")
        if ONE_MACHINE.search(text):
            report(path, number, "line", "names a path or host of one machine")
        if REMINDERS.search(text) and code:
            report(path, number, "line", "leftover reminder")


def check_document(path, text):
    for match in re.finditer(r"\]\(([^)#\s]+)(#[^)]*)?\)", text):
        target = match.group(1)
        if re.match(r"\w+:", target):
            continue
        if not os.path.exists(os.path.join(ROOT, os.path.dirname(path), target)):
            report(path, text.count("\n", 0, match.start()) + 1, "line", f"link to nowhere: {target}")


# Documents that sources name before they are written; each row goes when its document comes.
DOCUMENTS_TO_COME = set()


def check_named_documents(path, text, paths):
    """A page of docs/ that a source names is there."""
    for match in re.finditer(r"(?<![\w/.-])docs/[\w./-]+\.md\b", text):
        name = match.group()
        if name not in paths and name not in DOCUMENTS_TO_COME:
            report(path, text.count("\n", 0, match.start()) + 1, "line", f"names a document that is not there: {name}")


def check_dependencies(texts):
    reasons = "".join(text for path, text in texts.items() if path.startswith("docs/decisions/")).lower()
    cmake = texts.get("cmake/dependencies.cmake", "")
    names = re.findall(r"find_package\((\w[\w-]*)", cmake)
    for group in re.findall(r"foreach\(pkg ([^)]*)\)", cmake):
        names += group.split()
    for name in names:
        if name not in ("PkgConfig", "Threads") and name.lower() not in reasons:
            report("cmake/dependencies.cmake", 1, "name", f"{name} has no line in docs/decisions")
    for number, line in enumerate(texts.get("tools/packages.txt", "").split("\n"), 1):
        name = line.split(" ")[0]
        if name and name != "#" and name.lower() not in reasons:
            report("tools/packages.txt", number, "name", f"{name} has no line in docs/decisions")


def check_rules(paths):
    for path in paths:
        match = re.match(r"rules/(?!tests/)[\w-]+/([\w-]+?)_\w+\.yml$", path)
        if match and f"rules/tests/{match.group(1)}.yml" not in paths:
            report(path, 1, "name", f"no rules/tests/{match.group(1)}.yml with a positive and a negative event")


def main():
    texts, header_sizes, paths = {}, [], tree()
    for path in paths:
        if DRAWERS.search(path):
            report(path, 1, "name", "a name that says nothing about its content")
        with open(os.path.join(ROOT, path), "rb") as file:
            raw = file.read()
        sample = path.startswith("tests/formats/") and path.endswith((".log", ".events"))
        if b"\0" in raw[:8192] or sample or path.startswith(("fuzz/corpus/", "fuzz/regress/", "examples/")):
            continue
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            report(path, raw.count(b"\n", 0, error.start) + 1, "line", "not UTF-8")
            continue
        texts[path] = text
        lines = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")
        check_lines(path, text, lines)
        if path.endswith((".cc", ".h")):
            check_source(path, text, lines, header_sizes)
        if path.endswith(".md"):
            check_document(path, text)
    if header_sizes and statistics.median(header_sizes) > MAX_HEADER_MEDIAN:
        report("src", 1, "file", f"headers have {statistics.median(header_sizes)} lines in the median")
    if texts.get("README.md", "").count("\n") >= MAX_README:
        report("README.md", MAX_README, "file", f"README.md stays under {MAX_README} lines")
    for path, text in texts.items():
        if path.endswith((".cc", ".h", ".py", ".cmake", "CMakeLists.txt")):
            check_named_documents(path, text, set(paths))
    for name in sorted(DOCUMENTS_TO_COME & set(paths)):
        report("tools/tidy.py", 1, "name", f"{name} is there: take it out of DOCUMENTS_TO_COME")
    check_dependencies(texts)
    check_rules(set(paths))
    for path, line, reason in sorted(findings):
        print(f"{path}:{line}: {reason}")
    print(f"tidy: {len(paths)} files, {len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
