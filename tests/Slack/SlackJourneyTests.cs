using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Tests.Cards;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Options = ChatApprovals.Slack.SlackOptions;
using Theirs = ChatApprovals.Playground.Slack.SlackOptions;
using Typed = System.Collections.Generic.Dictionary<
    string,
    System.Collections.Generic.IReadOnlyDictionary<string, string>
>;

namespace ChatApprovals.Tests.Slack;

/// <summary>The surface against a Slack that refuses what Slack refuses, with a person who clicks.</summary>
public sealed class SlackJourneyTests : IAsyncLifetime
{
    private const string Channel = "C07PRODAPPR";
    private static readonly string Bob = People.Bob.Slack!;
    private static readonly SlackUser Member = new(
        Bob,
        People.Bob.Key,
        People.Bob.Name,
        People.Bob.Email
    );
    private static readonly Typed Nothing = new(StringComparer.Ordinal);

    private readonly SlackPlatform _slack = new(new Theirs(), PatientClock.Shared);
    private WebApplication _platform = null!;
    private StubSlack _unused = null!;
    private SlackBot _bot = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _platform = builder.Build();
        _slack.Map(_platform);
        await _platform.StartAsync(Cancel);
        _slack.PublicUrl = new Uri(_platform.Urls.Single());
        _slack.SetUser(Member);
        _slack.AddChannel(Channel, "prod-approvals", Bob);
        _unused = await StubSlack.StartAsync(Cancel);
        var options = new Options
        {
            Enabled = true,
            SigningSecret = _slack.Options.SigningSecret,
            BotToken = _slack.Options.BotToken,
            ApiBaseUrl = _slack.ApiBaseUrl.ToString(),
        };
        Assert.Empty(options.Problems());
        _bot = await SlackBot.StartAsync(options, _unused, Cancel);
        _slack.Bot = _bot.Url;
    }

    public async ValueTask DisposeAsync()
    {
        await _bot.DisposeAsync();
        await _platform.DisposeAsync();
        _slack.Dispose();
    }

    [Fact]
    public async Task A_note_to_a_channel_is_posted_once_with_its_link_and_Slacks_own_time()
    {
        var noted = await _bot.DrawnBy.NoteAsync(
            Channel,
            "Ledger checkpoint",
            ["<@U1> *x*"],
            Cancel
        );
        var posted = Assert.IsType<Noted.Posted>(noted);
        var message = Assert.Single(_slack.Channel(Channel)!.Messages);
        Assert.Equal(message.Ts, posted.Message);
        Assert.EndsWith(
            $"/archives/{Channel}/p{message.Ts.Replace(".", "", StringComparison.Ordinal)}",
            posted.Link,
            StringComparison.Ordinal
        );
        Assert.Equal(
            message.Ts.Split('.')[0],
            posted
                .At!.Value.ToUnixTimeSeconds()
                .ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
        _slack.Faults.Next("chat.getPermalink", new Fault.Refused("message_not_found"));
        noted = await _bot.DrawnBy.NoteAsync(Channel, "Again", ["x"], Cancel);
        Assert.Null(Assert.IsType<Noted.Posted>(noted).Link);
    }

    [Fact]
    public async Task A_note_that_Slack_does_not_take_says_why_and_how_long_to_wait()
    {
        _slack.Faults.Next("chat.postMessage", new Fault.Refused("not_in_channel"));
        var refused = await _bot.DrawnBy.NoteAsync(Channel, "Ledger checkpoint", ["x"], Cancel);
        Assert.Contains(
            "not_in_channel",
            Assert.IsType<Noted.Not>(refused).Why,
            StringComparison.Ordinal
        );
        Assert.Empty(_slack.Channel(Channel)!.Messages);
    }

    [Fact]
    public async Task A_card_is_shown_and_approved_and_shown_again()
    {
        var ts = await DrawAsync(MakeCard.In(CardState.Pending), null);
        var click = await ClickAsync(ts, "approve");
        Assert.True(click.Ok, click.Problem);

        var heard = Assert.Single(_bot.Clicks);
        Assert.Equal(
            (MakeCard.Token, Channel, ts),
            (heard.Token, heard.Conversation, heard.Message)
        );
        Assert.Equal(AccountId.Slack(People.SlackTeam, Bob), heard.Account);

        Assert.Equal(ts, await DrawAsync(MakeCard.In(CardState.Approved), ts));
        var message = Assert.Single(_slack.Channel(Channel)!.Messages);
        Assert.True(message.Edited);
        Assert.Empty(message.Controls);
    }

    [Fact]
    public async Task Bob_is_a_full_member_and_a_guest_is_not()
    {
        var account = AccountId.Slack(People.SlackTeam, Bob);
        var member = await _bot.DrawnBy.LookUpAsync(account, Cancel);
        Assert.Null(member.Obstacle);
        Assert.Equal([People.Bob.Email], member.Emails);

        _slack.SetUser(Member with { IsRestricted = true });
        member = await _bot.DrawnBy.LookUpAsync(account, Cancel);
        Assert.Equal(MemberObstacle.Guest, member.Obstacle);
    }

    [Fact]
    public async Task A_lost_answer_does_not_show_the_card_twice()
    {
        _slack.Faults.Next("chat.postMessage", new Fault.DoneButUnheard());
        var copy = Copy(MakeCard.Bare, null);
        var lost = Assert.IsType<Drawing.Later>(await _bot.DrawnBy.DrawAsync(copy, Cancel));
        Assert.True(lost.MaybePosted);

        Assert.IsType<Drawing.Drawn>(
            await _bot.DrawnBy.DrawAsync(copy with { MaybePosted = true }, Cancel)
        );
        Assert.Single(_slack.Channel(Channel)!.Messages);
    }

    [Fact]
    public async Task A_refusal_is_seen_by_the_clicker_alone()
    {
        _bot.Desk = _ =>
            Task.FromResult<ClickAnswer>(
                new ClickAnswer.Refused(Refusal.Owner, "You own it.", MakeCard.Bare, SlackBot.Copy)
            );
        await ClickAsync(await DrawAsync(MakeCard.Bare, null), "approve");

        await _slack.WaitForMessage(
            m => string.Equals(m.EphemeralFor, Bob, StringComparison.Ordinal),
            Cancel
        );
    }

    [Fact]
    public async Task A_rejection_asks_why_and_closes_its_form()
    {
        var ts = await DrawAsync(MakeCard.Bare, null);
        _bot.Desk = c =>
            Task.FromResult<ClickAnswer>(
                c.Reason is null
                    ? new ClickAnswer.ReasonWanted(c.Verdict, Required: true, MakeCard.Bare)
                    : new ClickAnswer.Counted(MakeCard.Bare, SlackBot.Copy)
            );
        await ClickAsync(ts, "reject");
        await _slack.WaitForModal(Bob, _ => true, Cancel);
        var answer = await _slack.Submit(Bob, Reason("not today"), Cancel);

        Assert.True(answer.Ok, answer.Problem);
        Assert.Null(_slack.Modal(Bob));
        Assert.Equal("not today", _bot.Clicks.Last().Reason);
    }

    [Fact]
    public async Task A_long_request_is_read_page_by_page_and_approved_at_the_end()
    {
        var facts = Enumerable
            .Range(0, 60)
            .Select(i => new CardFact($"action.p{i}", new string('x', 300)));
        var card = MakeCard.Bare with { Facts = [.. facts] };
        var ts = await DrawAsync(card, null);
        _bot.View = _ => new CardView(
            card,
            SlackBot.Copy with
            {
                Conversation = Channel,
                Message = ts,
            },
            RequestId.New(MakeCard.Now)
        );
        await ClickAsync(ts, "review");
        var view = await _slack.WaitForModal(Bob, _ => true, Cancel);
        var pages = 1;
        for (; !view.Content.TryGetProperty("submit", out _); pages++)
        {
            var hash = view.Hash;
            var next = $"{MakeCard.Token}|{pages + 1}";
            var answer = await _slack.ClickInModal(Bob, "review", next, Nothing, Cancel);
            Assert.True(answer.Ok, answer.Problem);
            view = await _slack.WaitForModal(
                Bob,
                v => !string.Equals(v.Hash, hash, StringComparison.Ordinal),
                Cancel
            );
        }

        Assert.True(pages > 2);
        var done = await _slack.Submit(Bob, Nothing, Cancel);
        Assert.True(done.Ok, done.Problem);
        var read = Assert.Single(_bot.Clicks);
        Assert.True(read.Reviewed);
        Assert.Equal(BlockKit.Review(card, int.MaxValue).DisplayHash, read.ReviewHash);
    }

    [Fact]
    public async Task Commands_messages_probes_and_account_changes_are_heard()
    {
        var typed = await _slack.Command(Bob, Channel, "whoami", Cancel);
        Assert.True(typed.Ok, typed.Problem);
        var said = await _slack.Message(Bob, _slack.Direct(Bob).Id, "whoami", Cancel);
        Assert.True(said.Ok, said.Problem);
        await _bot.IdleAsync(Cancel);
        Assert.Equal(
            ["whoami", "whoami"],
            _bot.Commands.Select(c => c.Text),
            StringComparer.Ordinal
        );
        Assert.Equal(2, _slack.Direct(Bob).Messages.Count);

        Assert.True((await _slack.VerifyUrl(Cancel)).Ok);
        Assert.True((await _slack.SslCheck(Cancel)).Ok);
        await _slack.ChangeUser(Member, Cancel);
        Assert.Equal(AccountId.Slack(People.SlackTeam, Bob), _bot.Forgotten.First());
    }

    private static CopyToDraw Copy(Card card, string? message) =>
        new(
            MakeCard.Token,
            Channel,
            message,
            MaybePosted: false,
            card,
            TimeProvider.System.GetUtcNow(),
            []
        );

    private async Task<string> DrawAsync(Card card, string? message)
    {
        var drawn = await _bot.DrawnBy.DrawAsync(Copy(card, message), Cancel);
        return Assert.IsType<Drawing.Drawn>(drawn).Message;
    }

    private Task<SlackAnswer> ClickAsync(string ts, string action) =>
        _slack.Click(Bob, Channel, ts, action, null, Cancel);

    private static Typed Reason(string text) =>
        new(StringComparer.Ordinal)
        {
            ["reason"] = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["reason"] = text,
            },
        };
}
