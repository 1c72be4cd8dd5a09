namespace ChatApprovals.Ask;

/// <summary>What <c>ask --help</c> says.</summary>
public static class AskHelp
{
    public const string Text = """
        ChatApprovals ask [options] [-- command arguments…]

        Asks people for one privileged action, waits, and runs the command only when they approved it.
        Without a command it only asks: exit code 0 means approved.

        Where and who (environment; a key is never an argument)
          APPROVALS_URL           the bot, as in https://approvals.example.com   (or --url URL)
          APPROVALS_KEY           the agent's key, cak_…                         (or --key-file FILE, chmod 600)
          APPROVALS_INITIATOR     who is behind it                               (or --initiator WHO)
          --plain-http            allow http to another machine: the key is sent in clear

        What is asked
          --action NAME           as in iam.role.attach_policy
          --resource TYPE/ID      as in aws.iam.role/deployer
          --property N=V          of the action; N:=JSON for numbers, lists, objects. Repeatable, as are:
          --resource-property N=V, --context N=V
          --env NAME              the resource's property 'environment', which policies match
          --initiator WHO         alice@acme.example, service:ci or schedule:nightly
          --on-behalf-of WHO      others who are behind it too, and may not approve either; repeatable
          --audience AUD          the guard that the grant is for
          --bind FILE             the SHA-256 of FILE becomes a part of the action, and is looked at again
                                  right before the command starts
        All of these, the command's exact words, its program's path and its directory are bound: approved is
        exactly that. What follows is shown to people and recorded, not bound:
          --justification TEXT, --undo TEXT, --risk low|medium|high|critical
          --diff FILE             a unified diff
          --data-scope N=V        classification, summary, records, dataset, field, destination
          --fact N=V, --link N=URL, --log FILE
        From files
          --from-file FILE|-      the JSON body of POST /v1/requests; options go over it
          --terraform-plan FILE   what terraform show -json wrote: action, diff and data scope

        How
          --timeout TIME          5s to 24h: the request expires then, at the latest
          --patience TIME         how long no answer of the bot is borne, when it is restarted; 60s unless said
          --idempotency-key KEY   a repeat with the same key joins the same request instead of asking again. Whoever
                                  joined would run the command too: use --consume then
          --consume               use the grant up right before the command starts, as a guard whose key is in
                                  APPROVALS_GUARD_KEY: of all who wait for the request one runs, once
          --guarded               the command line is shown and not bound: a guard that the command calls says itself
                                  what it is about to run
          --json                  no status lines, one JSON line at the end: on the standard output, with a
                                  command on the error output
          --dry-run               print the body that would be sent, and send nothing

        The command finds APPROVAL_ID and, without --consume, APPROVAL_GRANT in its environment; APPROVALS_KEY and
        APPROVALS_GUARD_KEY are taken out of it. Where the policy wants grants bound to a key (sender_constrained),
        one is made for this run, and APPROVAL_GRANT_KEY has it as a JWK, for the command's proofs. The grant is a
        single-use token for exactly this action: it protects what asks for it. A command that holds the power
        itself is held by this program alone, not by a guard, and one of the same user can find the keys elsewhere.
        Signals go to the command once it runs; before, they cancel the request. What became of the command is
        reported; its exit code is the exit code.

        Exit codes when nothing was run
          110  denied
          111  expired
          112  cancelled or withdrawn
          113  refused by the bot, before or after the decision; it says why
          114  no answer of the bot for as long as --patience says
          115  a bound file has changed
          125  nothing was asked: wrong options, a setting or a file is missing
          126  the command cannot be executed
          127  there is no such command
          129, 130, 131, 143   interrupted by SIGHUP, SIGINT, SIGQUIT, SIGTERM; the request is cancelled

        """;
}
