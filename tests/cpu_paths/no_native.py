#!/usr/bin/env python3
"""no_native.py COMPILE_COMMANDS: nothing is compiled for a processor above the baseline of cmake/flags.cmake.

Wider code stands in functions with a target attribute, which are called only where the processor has it.
"""
import json
import re
import sys

BASELINE = {"-march=x86-64-v2"}
with open(sys.argv[1], encoding="utf-8") as file:
    entries = json.load(file)
FOR_A_PROCESSOR = re.compile(r"(?<!\S)-m(?:arch|tune|cpu|avx|bmi|fma|sse)\S*")
bad = [(entry["file"], flag) for entry in entries for flag in FOR_A_PROCESSOR.findall(entry["command"])
       if flag not in BASELINE]
for path, flag in bad:
    print(f"{path}: compiled with {flag}")
if not entries:
    print("no compile command was found")
sys.exit(1 if bad or not entries else 0)
