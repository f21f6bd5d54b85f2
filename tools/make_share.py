#!/usr/bin/env python3
"""Writes the man page and the completions of bash and zsh from --help.

usage: make_share.py LEARNSQL [FOLDER]

FOLDER is tools/share, beside this script, without it. A test runs this anew
and compares, so that the three never say other things than the program.
"""

import pathlib
import re
import subprocess
import sys


def ask(program, *words):
    return subprocess.run([program, *words, "--help"], check=True,
                          capture_output=True, text=True).stdout


def parse_flags(text):
    """The (flag, value, document) of a piece of help."""
    flags = []
    for line in text.splitlines():
        match = re.match(r"  (?:-(\w) \[ )?--([\w-]+)(?: \])?"
                         r"(?: (\S+))?\s{2,}(.*)|"
                         r"  (?:-(\w) \[ )?--([\w-]+)(?: \])?(?: (\S+))? (.*)",
                         line)
        if match:
            groups = match.groups()
            short, name, value, document = (groups[:4] if groups[1]
                                            else groups[4:])
            flags.append([short, name, value, document.strip()])
        elif flags and re.match(r" {8,}\S", line):
            flags[-1][3] += " " + line.strip()
    return flags


def read_help(program):
    top = ask(program)
    body = top.split("commands:\n")[1].split("\n\n")[0]
    commands = []
    for line in body.splitlines():
        name, summary = re.match(r"  ([\w-]+) +(.*)", line).groups()
        text = ask(program, name)
        usage = text.splitlines()[0].replace("usage: ", "")
        parts = re.split(r"\n(?:Flags|Flags of every command):\n", text)
        about = parts[0].split("\n", 2)[2].strip()
        own = parse_flags(parts[1]) if len(parts) > 2 else []
        commands.append((name, summary, usage, about, own))
    shared = parse_flags(top.split("Flags of every command:\n")[1])
    return commands, shared


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def flag_name(flag):
    short, name, value, _ = flag
    text = (f"-{short}, " if short else "") + f"--{name}"
    return text + (f" {value}" if value else "")


def man_flags(flags):
    return "".join(f".TP\n.B {roff(flag_name(flag))}\n{roff(flag[3])}\n"
                   for flag in flags)


def man_page(commands, shared):
    text = """.TH LEARNSQL 1
.SH NAME
learnsql \\- the records of a learning programme in one SQLite file
.SH SYNOPSIS
.B learnsql
[FILE]
.br
.B learnsql
COMMAND [ARGUMENTS] [FLAGS]
.SH DESCRIPTION
Connectors load what systems have into raw tables of one SQLite file, SQL
models make curated tables of them, and people ask them: at the prompt that
.B learnsql
without a command opens, with any sqlite3, or in a published file.
.SH COMMANDS
"""
    for name, _, usage, about, flags in commands:
        text += f".SS {roff(usage)}\n{roff(about)}\n{man_flags(flags)}"
    text += f".SH FLAGS OF EVERY COMMAND\n{man_flags(shared)}"
    text += """.SH EXIT STATUS
0 ok; 1 error in SQL or data; 2 wrong usage; 3 a gate said no (checks, rejects
above the limit, \\-\\-check); 4 busy; 5 source or network, try again; 130
interrupted.
.SH FILES
.TP
.B learnsql.ini
the project's settings; \\fBlearnsql config show\\fR prints what is in force
.TP
.B .env
secrets, beside it
.TP
.B sql/, views/
the models and the questions
"""
    return text


def bash_completion(commands, shared):
    everywhere = " ".join(f"--{flag[1]}" for flag in shared)
    cases = "".join(
        f"        {name}) flags=\"{' '.join('--' + f[1] for f in flags)}\" ;;\n"
        for name, _, _, _, flags in commands if flags)
    names = " ".join(command[0] for command in commands)
    return f"""# Completion of learnsql for bash; made by make_share.py.
_learnsql() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} command="" flags="" i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${{COMP_WORDS[i]}} in
        -*) ;;
        *) command=${{COMP_WORDS[i]}}; break ;;
        esac
    done
    case $command in
{cases}    esac
    case $word in
    -*) COMPREPLY=($(compgen -W "$flags {everywhere}" -- "$word")) ;;
    *)
        if [ -z "$command" ]; then
            COMPREPLY=($(compgen -W "{names}" -- "$word") $(compgen -f -- "$word"))
        else
            COMPREPLY=($(compgen -f -- "$word"))
        fi
        ;;
    esac
}}
complete -o filenames -F _learnsql learnsql
"""


def zsh_quote(text):
    return (text.replace("\\", "\\\\").replace("'", "'\\''")
            .replace("[", "\\[").replace("]", "\\]").replace(":", "\\:"))


def zsh_flags(flags, indent):
    return "".join(
        f"{indent}'--{name}[{zsh_quote(document)}]"
        + (f":{zsh_quote(value)}:_files" if value else "") + "' \\\n"
        for _, name, value, document in flags)


def zsh_completion(commands, shared):
    names = "".join(f"        '{name}:{zsh_quote(summary)}'\n"
                    for name, summary, _, _, _ in commands)
    cases = "".join(
        f"    {name})\n        _arguments -s \\\n{zsh_flags(flags, '            ')}"
        f"            $everywhere '*:argument:_files' ;;\n"
        for name, _, _, _, flags in commands)
    return f"""#compdef learnsql
# Completion of learnsql for zsh; made by make_share.py.
_learnsql() {{
    local -a commands everywhere
    commands=(
{names}    )
    everywhere=(
{zsh_flags(shared, '        ').replace(' ' + chr(92) + chr(10), chr(10))}    )
    if ((CURRENT == 2)); then
        _describe command commands
        _files
        return
    fi
    case ${{words[2]}} in
{cases}    esac
}}
_learnsql "$@"
"""


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    folder = (pathlib.Path(sys.argv[2]) if len(sys.argv) > 2
              else pathlib.Path(__file__).resolve().parent / "share")
    folder.mkdir(parents=True, exist_ok=True)
    commands, shared = read_help(program)
    for name, text in [("learnsql.1", man_page(commands, shared)),
                       ("learnsql.bash", bash_completion(commands, shared)),
                       ("_learnsql", zsh_completion(commands, shared))]:
        (folder / name).write_text(text)


if __name__ == "__main__":
    main()
