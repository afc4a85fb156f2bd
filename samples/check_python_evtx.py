#!/usr/bin/env python3
"""Compares what python-evtx reads in samples/logs with what the program wrote there.

Usage: cargo run -p evql-samples -- --values | samples/check_python_evtx.py
Needs the PyPI package python-evtx; ends 0 with a line where it is not installed.
"""

import collections
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

try:
    from Evtx.Evtx import Evtx
except ImportError:
    print("skipped: python-evtx is not installed")
    sys.exit(0)

LOGS = pathlib.Path(__file__).parent / "logs"
SPACE = "{http://schemas.microsoft.com/win/2004/08/events/event}"


def written():
    """Log name -> record id -> (readable, {name: value})."""
    logs = collections.defaultdict(dict)
    for line in sys.stdin:
        log, record, readable, name, value = line.rstrip("\n").split("\t")
        entry = logs[log].setdefault(int(record), (readable == "true", {}))
        entry[1][name] = unescape(value)
    return logs


def unescape(text):
    """Undoes Rust's escape_default."""

    def one(match):
        code = match.group(0)
        if code.startswith("\\u"):
            return chr(int(code[3:-1], 16))
        return {"n": "\n", "r": "\r", "t": "\t"}.get(code[1], code[1])

    return re.sub(r"\\(?:u\{[0-9a-f]+\}|.)", one, text)


def normal(text):
    """python-evtx pads hexadecimal numbers, writes True, and drops what XML cannot hold."""
    text = re.sub(r"^0x0*(?=[0-9a-f])", "0x", text or "")
    text = {"True": "true", "False": "false"}.get(text, text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)


def read(path):
    """Record id -> {name: value}, of the whole chunks of a log."""
    records, unreadable = {}, 0
    with Evtx(str(path)) as log:
        for chunk in log.chunks():
            for record in chunk.records():
                try:
                    event = ElementTree.fromstring(record.xml())
                except Exception:  # python-evtx raises whatever the damage leads it to
                    unreadable += 1
                    continue
                number = int(event.find(f"{SPACE}System/{SPACE}EventRecordID").text)
                data = event.iterfind(f"{SPACE}EventData/{SPACE}Data")
                records[number] = {d.get("Name"): normal(d.text) for d in data}
    return records, unreadable


def main():
    wrong = compared = 0
    for name, expected in sorted(written().items()):
        records, unreadable = read(LOGS / name)
        for number, values in records.items():
            readable, want = expected.get(number, (False, {}))
            want = {key: normal(value) for key, value in want.items()}
            compared += len(want)
            if not readable or values != want:
                wrong += 1
                print(f"{name} record {number}: python-evtx reads {values}, written was {want}")
        lost = [n for n, (readable, _) in expected.items() if readable and n not in records]
        # python-evtx passes over a chunk that is not whole.
        if lost and (LOGS / name).stat().st_size % 65536 == 4096:
            wrong += 1
            print(f"{name}: python-evtx does not read {lost}")
        print(f"{name}: {len(records)} records read, {unreadable} unreadable, {len(lost)} passed over")
    print(f"{compared} values compared, {wrong} records differ")
    return 1 if wrong or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
