#!/usr/bin/env python3
"""A PreToolUse hook for Claude Code: people approve in Slack or Teams what it is about to do.

Whatever goes wrong is a no: Claude Code takes a hook that crashes, or runs into its timeout, for no objection.
"""
import json
import os
import subprocess
import sys
import unicodedata

# Seconds that people have. The program has 30 more, and the hook's own "timeout" in settings.json, 600, must be more than that.
WAIT = int(os.environ.get("APPROVALS_WAIT", "500"))
WAIT_MAX = 560
PROGRAM = os.environ.get("APPROVALS_PROGRAM", "ChatApprovals")

# Claude Code's own tools that write to one file, and where they name it.
FILES = {"Write": "file_path", "Edit": "file_path", "MultiEdit": "file_path", "NotebookEdit": "notebook_path"}

WHY = {
    110: "People denied it",
    111: "Nobody decided in time",
    112: "The request was cancelled",
    113: "The approval bot refused it",
    114: "The approval bot cannot be reached",
}


def resource(call):
    """The file itself, wherever links and dots lead to; for other tools the directory they start in."""
    name = FILES.get(call["tool_name"])
    if name is None:
        return {"type": "workstation.directory", "id": call["cwd"]}
    path = call["tool_input"][name]
    # What the tool may read as another path than we do.
    if not path or path.startswith("~") or path != unicodedata.normalize("NFC", path.strip()) or not path.isprintable():
        raise ValueError(f"{name} must be a plain path: no ~, no spaces around it, no control characters")
    return {"type": "workstation.file", "id": os.path.realpath(os.path.join(call["cwd"], path))}


def request(call):
    """What is asked: the tool with all of its input, on this file or in this directory."""
    return {
        "action": {"name": "claude." + call["tool_name"], "properties": {"input": call["tool_input"]}},
        "resource": resource(call),
        "context": {"session": call["session_id"], "call": call.get("tool_use_id", "")},
    }


def ask(call):
    """The decision and its reason, in the words of hookSpecificOutput."""
    if WAIT > WAIT_MAX:
        return "deny", f"APPROVALS_WAIT is {WAIT}: set it to {WAIT_MAX} or less, or the hook runs into its own timeout"
    asked = subprocess.run(
        [PROGRAM, "ask", "--from-file", "-", "--json", "--timeout", str(WAIT), "--patience", str(min(WAIT, 25))],
        input=json.dumps(request(call)),
        capture_output=True,
        text=True,
        timeout=WAIT + 30,
    )
    told = json.loads(asked.stdout) if asked.stdout.startswith("{") else {}
    state = told.get("request") or {}
    last = (state.get("decisions") or [{}])[-1]
    who = " by " + last["name"] if last.get("name") else ""
    reason = ": " + last["reason"] if last.get("reason") else ""
    if asked.returncode == 0 and told.get("outcome") == "approved":
        return "allow", "Approved" + who + reason
    why = WHY.get(asked.returncode, "It could not be asked")
    detail = "" if who else ": " + (told.get("detail") or asked.stderr.strip())
    return "deny", why + who + reason + detail + ". Do not try another way around it."


def main():
    decision, reason = ask(json.load(sys.stdin))
    json.dump(
        {
            "hookSpecificOutput": {
                "hookEventName": "PreToolUse",
                "permissionDecision": decision,
                "permissionDecisionReason": reason,
            }
        },
        sys.stdout,
    )


if __name__ == "__main__":
    try:
        main()
    except BaseException as error:  # exit code 2 blocks the tool; any other lets it run
        print("The approval hook failed, so the tool is not run:", repr(error), file=sys.stderr)
        sys.exit(2)
