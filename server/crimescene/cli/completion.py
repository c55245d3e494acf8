"""Completion for bash, zsh and fish, written from the parser's own tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.cli.tree import tree

if TYPE_CHECKING:
    from crimescene.cli.tree import Argument, Command

_BASH = """\
# Completion of crimescene for bash: source <(crimescene completion bash)
_crimescene() {
    local word at="crimescene" value="" i files=""
    local current=${COMP_WORDS[COMP_CWORD]}
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [ "$at $word" = "crimescene run --" ]; then
            if declare -F _command_offset >/dev/null && [ $((i + 1)) -lt "$COMP_CWORD" ]; then
                _command_offset $((i + 1))
            elif [ $((i + 1)) -eq "$COMP_CWORD" ]; then
                mapfile -t COMPREPLY < <(compgen -c -- "$current")
            else
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -f -- "$current")
            fi
            return
        fi
        if [ -n "$value" ]; then value="" && continue; fi
        case "$at $word" in
@values@
        *) value="" ;;
        esac
        case "$at $word" in
@commands@
        esac
    done
    local options="" words=""
    if [ -n "$value" ]; then
        case "$value" in
        file) files=f ;;
        folder) files=d ;;
        text) ;;
        *) words=$value ;;
        esac
    else
        case "$at" in
@offers@
        esac
        if [[ $current == -* ]]; then words=$options files=""; fi
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    if [ -n "$files" ]; then
        compopt -o filenames 2>/dev/null
        local path
        while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "-$files" -- "$current")
    fi
}
complete -F _crimescene crimescene
"""

_ZSH = """\
#compdef crimescene
# Completion of crimescene for zsh: source <(crimescene completion zsh), after compinit
@functions@
if [ "$funcstack[1]" = "_crimescene" ]; then
    _crimescene "$@"
else
    compdef _crimescene crimescene
fi
"""

_FISH = """\
# Completion of crimescene for fish: crimescene completion fish | source
function __crimescene_at
    set -l at crimescene
    for word in (commandline -opc)[2..-1]
        if test "$at" = "crimescene run" -a "$word" = --
            set at "crimescene run --"
            break
        end
        switch "$at $word"
            case @commands@
                set at "$at $word"
        end
    end
    test "$at" = "$argv"
end
complete -c crimescene -f
complete -c crimescene -n "__crimescene_at crimescene run --" \\
    -a "(__fish_complete_subcommand --fcs-skip=2 - @valued@)"
"""


def script(shell: str) -> str:
    """What a shell has to read to complete crimescene; ``shell`` is bash, zsh or fish."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](tree())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


# --------------------------------------------------------------------------- bash


def _bash(top: Command) -> str:
    values, offers = [], []
    for command in top.walk():
        at = " ".join(command.words)
        values += [
            f"        {'|'.join(_quoted(f'{at} {name}') for name in option.names)})"
            f" value={_quoted(_bash_value(option))} ;;"
            for option in command.options
            if option.value
        ]
        words = [below.name for below in command.commands]
        files = ""
        for operand in command.operands:
            words += operand.choices
            files = {"file": "f", "folder": "d"}.get(operand.wants, files)
        options = " ".join(name for option in command.options for name in option.names)
        offers.append(
            f"        {_quoted(at)}) options={_quoted(options)}"
            f" words={_quoted(' '.join(words))} files={files} ;;"
        )
    commands = "|".join(_quoted(" ".join(command.words)) for command in _below(top))
    return (
        _BASH.replace("@values@", "\n".join(values))
        .replace("@commands@", f'        {commands}) at="$at $word" ;;')
        .replace("@offers@", "\n".join(offers))
    )


def _bash_value(option: Argument) -> str:
    return " ".join(option.choices) if option.wants == "choice" else option.wants


def _below(top: Command) -> list[Command]:
    return [command for command in top.walk() if command is not top]


# --------------------------------------------------------------------------- zsh


def _zsh(top: Command) -> str:
    return _ZSH.replace("@functions@", "\n".join(_zsh_function(command) for command in top.walk()))


def _zsh_function(command: Command) -> str:
    name = "_" + "_".join(command.words)
    specs = [spec for option in command.options for spec in _zsh_option(option)]
    for operand in command.operands:
        if operand.wants == "command":
            specs.append("'*::command:_normal'")
        else:
            place = "*" if operand.repeats else ("" if operand.required else ":")
            shown = _zsh_plain(operand.value)
            # Without the guard a text stands in the way of the options.
            value = f'_guard "^-*" {shown}' if operand.wants == "text" else _zsh_value(operand)
            specs.append(_quoted(f"{place}:{shown}:{value}"))
    lines = [f"{name}() {{"]
    if not command.commands:
        lines.append("    _arguments -S \\\n        " + " \\\n        ".join(specs))
    else:
        lines.append("    local context state state_descr line\n    typeset -A opt_args")
        specs += ["'1:command:->command'", "'*::argument:->argument'"]
        lines.append("    _arguments -C -S \\\n        " + " \\\n        ".join(specs))
        lines.append('    case "$state" in\n    command)\n        local -a commands=(')
        lines += [
            f"            {_quoted(below.name + ':' + below.summary.replace(':', ' -'))}"
            for below in command.commands
        ]
        lines.append("        )\n        _describe command commands\n        ;;\n    argument)")
        names = "|".join(below.name for below in command.commands)
        lines.append(f'        case "$line[1]" in {names}) "{name}_$line[1]" ;; esac\n        ;;\n    esac')
    return "\n".join([*lines, "}"])


def _zsh_option(option: Argument) -> list[str]:
    summary = f"[{_zsh_plain(option.summary)}]"
    value = f":{_zsh_plain(option.value)}:{_zsh_value(option)}" if option.value else ""
    if option.repeats:
        return [_quoted(f"*{name}{summary}{value}") for name in option.names]
    others = f"({' '.join(option.names)})" if len(option.names) > 1 else ""
    return [_quoted(f"{others}{name}{summary}{value}") for name in option.names]


def _zsh_plain(text: str) -> str:
    """Without the signs that mean something in a specification."""
    return text.translate(str.maketrans(":[]\\`", " () '"))


def _zsh_value(argument: Argument) -> str:
    kinds = {"file": "_files", "folder": "_files -/", "choice": f"({' '.join(argument.choices)})"}
    return kinds.get(argument.wants, " ")


# --------------------------------------------------------------------------- fish


def _fish(top: Command) -> str:
    commands = " ".join(_quoted(" ".join(command.words)) for command in _below(top))
    run = next(command for command in top.commands if command.name == "run")
    valued = " ".join(name for option in run.options if option.value for name in option.names)
    lines = [_FISH.replace("@commands@", commands).replace("@valued@", valued)]
    for command in top.walk():
        at = f"-n {_quoted('__crimescene_at ' + ' '.join(command.words))}"
        lines += [
            f"complete -c crimescene {at} -a {below.name} -d {_fish_quoted(below.summary)}"
            for below in command.commands
        ]
        for option in command.options:
            lines.append(
                f"complete -c crimescene {at} {_fish_option(option)} -d {_fish_quoted(option.summary)}"
            )
        for operand in command.operands:
            if operand.wants == "choice":
                lines.append(f"complete -c crimescene {at} -a {_quoted(' '.join(operand.choices))}")
            elif operand.wants in {"file", "folder"}:
                lines.append(f"complete -c crimescene {at} -F")
    return "\n".join(lines) + "\n"


def _fish_option(option: Argument) -> str:
    words = []
    for name in option.names:
        words += ["-l", name[2:]] if name.startswith("--") else ["-s", name[1:]]
    values = {
        "file": ["-r", "-F"],
        "folder": ["-x", "-a", _quoted("(__fish_complete_directories)")],
        "choice": ["-x", "-a", _quoted(" ".join(option.choices))],
        "text": ["-x"],
    }
    return " ".join(words + values.get(option.wants, []))


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
