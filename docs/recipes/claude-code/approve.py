#!/usr/bin/env python3
"""A PreToolUse hook for Claude Code: people approve in Slack or Teams what it is about to do.

Whatever goes wrong is a no: Claude Code takes a hook that crashes, or runs into its timeout, for no objection.
"""
import json
import os
import subprocess
import sys

# Seconds that people have. The program has 30 more, and the hook's own "timeout" in settings.json must be more than that.
WAIT = int(os.environ.get("APPROVALS_WAIT", "500"))
PROGRAM = os.environ.get("APPROVALS_PROGRAM", "ChatApprovals")

WHY = {
    110: "People denied it",
    111: "Nobody decided in time",
    112: "The request was cancelled",
    113: "The approval bot refused it",
    114: "The approval bot cannot be reached",
}


def request(call):
    """What is asked: the tool with all of its input, in this directory."""
    return {
        "action": {"name": "claude." + call["tool_name"], "properties": {"input": call["tool_input"]}},
        "resource": {"type": "workstation.directory", "id": call["cwd"]},
        "context": {"session": call["session_id"], "call": call.get("tool_use_id", "")},
    }


def ask(call):
    """The decision and its reason, in the words of hookSpecificOutput."""
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
