#!/usr/bin/env python3
"""Writes the manual pages of splat and of each of its commands: manual.py PROGRAM FOLDER [DATE]

The text is what the program says of itself, by --experimental-dump-help and --help.
"""

import json
import re
import subprocess
import sys
from pathlib import Path


def output(*arguments):
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout


def escaped(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def usage(program, *command):
    """The lines that --help shows after USAGE, each with what is indented below it."""
    text = output(program, *command, "--help")
    lines = re.search(r"^USAGE: (.*?)\n\n", text, re.MULTILINE | re.DOTALL)[1].split("\n")
    joined = []
    for line in lines:
        if line.strip().startswith("splat"):
            joined.append(line.strip())
        else:
            joined[-1] += " " + line.strip()
    return joined


def paragraphs(text):
    """Running text as it is; lines of a table, which are in columns, each for itself."""
    for paragraph in text.split("\n\n"):
        yield ".PP"
        if re.search(r"\S   +\S", paragraph):
            yield ".nf"
            yield escaped(paragraph)
            yield ".fi"
        else:
            yield escaped(" ".join(paragraph.split("\n")))


def option(argument):
    names = [("-" if name["kind"] == "short" else "--") + name["name"]
             for name in argument.get("names", [])]
    value = f"<{argument['valueName']}>"
    if argument["kind"] == "positional":
        head = f"\\fI{escaped(value)}\\fR"
    else:
        head = ", ".join(f"\\fB{escaped(name)}\\fR" for name in sorted(names, key=len))
        if argument["kind"] == "option":
            head += f" \\fI{escaped(value)}\\fR"
    text = argument.get("abstract", "")
    values = argument.get("allValues")
    if values and not all(value in text for value in values):
        text += f" One of {', '.join(values)}."
    default = argument.get("defaultValue")
    if default and argument["kind"] == "option" and "default:" not in text:
        text += f" (default: {default})"
    return [".TP", head, escaped(text)]


def page(program, command, version, date, commands=None):
    parents = command.get("superCommands", [])
    name = "-".join([*parents, command["commandName"]])
    lines = [f'.TH {escaped(name.upper())} 1 "{date}" "splat {version}" "User Commands"']
    lines += [".SH NAME", f"{escaped(name)} \\- {escaped(command['abstract'].rstrip('.'))}"]
    lines += [".SH SYNOPSIS", ".nf"]
    lines += [escaped(line) for line in usage(program, *name.split("-")[1:])]
    lines += [".fi"]
    if command.get("discussion"):
        lines += [".SH DESCRIPTION", *paragraphs(command["discussion"])]
    sections = {}
    for argument in command["arguments"]:
        if argument["shouldDisplay"]:
            title = argument.get("sectionTitle") or (
                "Arguments" if argument["kind"] == "positional" else "Options")
            sections.setdefault(title.upper(), []).extend(option(argument))
    for title, content in sections.items():
        lines += [f".SH {escaped(title)}", *content]
    if commands:
        lines += [".SH COMMANDS"]
        for other in commands:
            lines += [".TP", f"\\fBsplat\\-{other['commandName']}\\fR(1)", escaped(other["abstract"])]
    else:
        lines += [".SH SEE ALSO", "\\fBsplat\\fR(1)"]
    return name, "\n".join(lines) + "\n"


def main():
    program, folder, *date = sys.argv[1:]
    top = json.loads(output(program, "--experimental-dump-help"))["command"]
    version = output(program, "--version").split()[0]
    commands = [other for other in top["subcommands"] if other["commandName"] != "help"]
    Path(folder).mkdir(parents=True, exist_ok=True)
    pages = [page(program, top, version, "".join(date), commands)]
    pages += [page(program, command, version, "".join(date)) for command in commands]
    for name, text in pages:
        Path(folder, f"{name}.1").write_text(text)


if __name__ == "__main__":
    main()
