using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Teams;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Playground;

/// <summary>The played Teams: tokens, limits, errors, and cards that one person alone sees.</summary>
public sealed class TeamsTests : PlaygroundTest
{
    private static readonly string Carol = People.Carol.Mri!;
    private string? _token;

    private static object Card(string verb = "approve", params string[] refreshFor) =>
        new
        {
            type = "AdaptiveCard",
            version = "1.5",
            body = new[] { new { type = "TextBlock", text = "Please decide" } },
            actions = new[]
            {
                new
                {
                    type = "Action.Execute",
                    verb,
                    title = "Approve",
                    data = new { id = "opaque" },
                },
            },
            refresh = new
            {
                action = new
                {
                    type = "Action.Execute",
                    verb = "refresh",
                    data = new { id = "opaque" },
                },
                userIds = refreshFor,
            },
        };

    private static object Activity(object card) =>
        new
        {
            type = "message",
            attachments = new[]
            {
                new { contentType = "application/vnd.microsoft.card.adaptive", content = card },
            },
        };

    private static string In(string conversation) =>
        $"v3/conversations/{Uri.EscapeDataString(conversation)}/activities";

    [Fact]
    public async Task A_token_to_the_bot_verifies_with_the_published_key_and_follows_a_rollover()
    {
        await Teams.Write(Carol, Teams.Personal(Carol).Id, "help", Cancel);
        var first = await AssertAuthentic(Bot.Heard.Last());
        Teams.Keys.Rollover();
        await Teams.Write(Carol, Teams.Personal(Carol).Id, "help", Cancel);
        var second = await AssertAuthentic(Bot.Heard.Last());
        Assert.False(string.Equals(first, second, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_the_right_secret_tenant_and_scope_get_a_token()
    {
        Assert.Equal(200, (await TokenCall()).Status);
        Assert.Equal("invalid_client", (await TokenCall(secret: "wrong")).Error);
        Assert.Equal(
            "invalid_scope",
            (await TokenCall(scope: "https://graph.microsoft.com/.default")).Error
        );
        Assert.Equal("unauthorized_client", (await TokenCall(client: "someone")).Error);
    }

    [Fact]
    public async Task The_connector_refuses_unknown_and_revoked_tokens()
    {
        Assert.Equal(
            401,
            (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()), "junk")).Status
        );
        Assert.Equal(
            201,
            (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()))).Status
        );
        Teams.RevokeTokens();
        Assert.Equal(
            401,
            (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()))).Status
        );
    }

    [Fact]
    public async Task Errors_have_the_connectors_codes()
    {
        async Task AssertError(
            int status,
            string code,
            HttpMethod method,
            string path,
            object? body
        )
        {
            var answer = await Call(method, path, body);
            Assert.Equal((status, code), (answer.Status, answer.Code));
        }
        var post = HttpMethod.Post;
        await AssertError(404, "ConversationNotFound", post, In("19:none"), Activity(Card()));
        await AssertError(400, "BadSyntax", post, In(Acme.TeamsChannel), new { text = "no type" });
        var big = new { type = "message", text = new string('x', 52_000) };
        await AssertError(413, "MessageSizeTooBig", post, In(Acme.TeamsChannel), big);
        var crowd = Enumerable.Range(0, 61).Select(i => $"29:{i}").ToArray();
        await AssertError(
            400,
            "BadSyntax",
            post,
            In(Acme.TeamsChannel),
            Activity(Card("a", crowd))
        );
        var put = In(Acme.TeamsChannel) + "/1";
        await AssertError(
            404,
            "ActivityNotFoundInConversation",
            HttpMethod.Put,
            put,
            Activity(Card())
        );
        await AssertError(
            404,
            "MemberNotFoundInConversation",
            HttpMethod.Get,
            $"v3/conversations/{Acme.TeamsChannel}/members/29:nobody",
            null
        );
        await Teams.Uninstall(Carol, Acme.TeamsChannel, Cancel);
        await AssertError(
            403,
            "MessageWritesBlocked",
            post,
            In(Acme.TeamsChannel),
            Activity(Card())
        );
    }

    [Fact]
    public async Task An_eighth_message_to_a_thread_within_a_second_must_wait()
    {
        for (var i = 0; i < 7; i++)
        {
            Assert.Equal(
                201,
                (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()))).Status
            );
        }
        Assert.Equal(
            429,
            (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()))).Status
        );
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(
            201,
            (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()))).Status
        );
    }

    [Fact]
    public async Task A_chat_is_made_once_and_a_thread_needs_its_first_message()
    {
        var personal = new
        {
            isGroup = false,
            members = new[] { new { id = Carol } },
            tenantId = People.Tenant,
        };
        var first = await Call(HttpMethod.Post, "v3/conversations", personal);
        var second = await Call(HttpMethod.Post, "v3/conversations", personal);
        Assert.Equal(first.Id, second.Id);
        Assert.StartsWith("a:1", first.Id, StringComparison.Ordinal);
        var channelData = new { channel = new { id = Acme.TeamsChannel } };
        var bare = await Call(
            HttpMethod.Post,
            "v3/conversations",
            new { isGroup = true, channelData }
        );
        Assert.Equal((400, "BadSyntax"), (bare.Status, bare.Code));
        var thread = new
        {
            isGroup = true,
            channelData,
            activity = Activity(Card()),
        };
        var made = await Call(HttpMethod.Post, "v3/conversations", thread);
        Assert.StartsWith(Acme.TeamsChannel + ";messageid=", made.Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_are_found_by_both_ids_and_guests_are_marked()
    {
        var dan = People.Dan;
        foreach (var key in new[] { dan.Mri!, dan.Teams! })
        {
            var path = $"v3/conversations/{Acme.TeamsChannel}/members/{key}";
            var member = (await Call(HttpMethod.Get, path, null)).Body!.Value;
            Assert.Equal("guest", member.GetProperty("userRole").GetString());
            Assert.Equal(dan.Teams, member.GetProperty("aadObjectId").GetString());
            Assert.Contains(
                "#EXT#",
                member.GetProperty("userPrincipalName").GetString(),
                StringComparison.Ordinal
            );
        }
        var paged = await Call(
            HttpMethod.Get,
            $"v3/conversations/{Acme.TeamsChannel}/pagedmembers?pageSize=2",
            null
        );
        Assert.Equal(2, paged.Body!.Value.GetProperty("members").GetArrayLength());
        Assert.Equal("2", paged.Body.Value.GetProperty("continuationToken").GetString());
    }

    [Fact]
    public async Task A_press_draws_the_answer_for_that_person_alone_and_an_edit_for_all()
    {
        var id = (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()))).Id!;
        Bot.Answer = Invoked(
            new
            {
                statusCode = 200,
                type = "application/vnd.microsoft.card.adaptive",
                value = Card("done"),
            }
        );
        var typed = JsonSerializer.SerializeToElement(new { reason = "fine" });
        var answer = await Teams.Click(Carol, Acme.TeamsChannel, id, "approve", typed, Cancel);
        Assert.True(answer.Ok);
        var sent = JsonDocument.Parse(Bot.Heard.Last().Body).RootElement;
        Assert.Equal(id, sent.GetProperty("replyToId").GetString());
        var data = sent.GetProperty("value").GetProperty("action").GetProperty("data");
        Assert.Equal(
            ("opaque", "fine"),
            (data.GetProperty("id").GetString(), data.GetProperty("reason").GetString())
        );
        var message = Teams.Conversation(Acme.TeamsChannel)!.Find(id)!;
        Assert.Equal("approve", VerbOf(message.Card));
        Assert.Equal("done", VerbOf(message.CardFor(Carol)));
        Assert.Equal(message.Card.ToString(), message.CardFor(People.Erin.Mri!).ToString());
        await Call(HttpMethod.Put, In(Acme.TeamsChannel) + "/" + id, Activity(Card("final")));
        message = Teams.Conversation(Acme.TeamsChannel)!.Find(id)!;
        Assert.True(message.Edited);
        Assert.Equal(message.Card.ToString(), message.CardFor(Carol).ToString());
    }

    [Fact]
    public async Task Named_members_get_their_own_view_without_a_press()
    {
        Bot.Answer = Invoked(
            new
            {
                statusCode = 200,
                type = "application/vnd.microsoft.card.adaptive",
                value = Card("mine"),
            }
        );
        await Call(
            HttpMethod.Post,
            In(Acme.TeamsChannel),
            Activity(Card("approve", Carol, "29:stranger"))
        );
        var message = await Teams.WaitForMessage(m => m.Views.ContainsKey(Carol), Cancel);
        Assert.Single(message.Views);
        var sent = JsonDocument.Parse(Assert.Single(Bot.Heard).Body).RootElement;
        Assert.Equal("automatic", sent.GetProperty("value").GetProperty("trigger").GetString());
    }

    [Fact]
    public async Task A_channel_message_reaches_the_bot_only_with_a_mention_of_it()
    {
        await Teams.Write(Carol, Acme.TeamsChannel, "morning", Cancel);
        Assert.Empty(Bot.Heard);
        await Teams.Write(Carol, Acme.TeamsChannel, "@ChatApprovals person show @Erin", Cancel);
        var sent = JsonDocument.Parse(Bot.Heard.Single().Body).RootElement;
        Assert.Equal(
            "<at>ChatApprovals</at> person show <at>Erin Okafor</at>",
            sent.GetProperty("text").GetString()
        );
        var mentioned = sent.GetProperty("entities")
            .EnumerateArray()
            .Where(e => e.GetProperty("type").GetString() is "mention")
            .Select(e => e.GetProperty("mentioned").GetProperty("id").GetString());
        Assert.Equal($"28:{Teams.Options.AppId},{People.Erin.Mri}", string.Join(',', mentioned));
        var conversation = sent.GetProperty("conversation").GetProperty("id").GetString();
        Assert.StartsWith(
            Acme.TeamsChannel + ";messageid=",
            conversation,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_a_phone_would_drop_is_noticed()
    {
        var card = new
        {
            type = "AdaptiveCard",
            version = "1.6",
            body = new[] { new { type = "CodeBlock", codeSnippet = "rm -rf" } },
        };
        await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(card));
        Assert.Contains(Teams.Lints, l => l.StartsWith("CodeBlock", StringComparison.Ordinal));
        Assert.Contains(Teams.Lints, l => l.StartsWith("version 1.6", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Faults_come_in_order_and_an_unheard_call_is_done_all_the_same()
    {
        Teams.Faults.Next("activities.post", new Fault.RateLimited());
        Teams.Faults.Next("activities.post", new Fault.HttpError(502));
        Teams.Faults.Next("activities.post", new Fault.DoneButUnheard());
        var post = () => Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()));
        Assert.Equal(429, (await post()).Status);
        Assert.Equal(502, (await post()).Status);
        Assert.Empty(Teams.Conversation(Acme.TeamsChannel)!.Messages);
        await Assert.ThrowsAsync<HttpRequestException>(post);
        Assert.Single(Teams.Conversation(Acme.TeamsChannel)!.Messages);
    }

    private static string? VerbOf(JsonElement? card) =>
        card!.Value.GetProperty("actions")[0].GetProperty("verb").GetString();

    private static Func<Received, HttpContext, Task> Invoked(object answer) =>
        (_, http) => http.Response.WriteAsJsonAsync(answer, Cancel);

    private sealed record Answered(int Status, JsonElement? Body)
    {
        public string? Id => Body?.GetProperty("id").GetString();
        public string? Error => Body?.GetProperty("error").GetString();
        public string? Code => Body?.GetProperty("error").GetProperty("code").GetString();
    }

    private async Task<Answered> TokenCall(
        string? secret = null,
        string scope = "https://api.botframework.com/.default",
        string? client = null
    )
    {
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = client ?? Teams.Options.AppId,
                ["client_secret"] = secret ?? Teams.Options.AppPassword,
                ["scope"] = scope,
            }
        );
        using var response = await Http.PostAsync(new Uri(Teams.TokenUrl), form, Cancel);
        return new(
            (int)response.StatusCode,
            await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)
        );
    }

    private async Task<Answered> Call(
        HttpMethod method,
        string path,
        object? body,
        string? token = null
    )
    {
        _token ??= (await TokenCall()).Body!.Value.GetProperty("access_token").GetString();
        using var request = new HttpRequestMessage(method, new Uri(Teams.ServiceUrl + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? _token);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await Http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        var json = text.Length > 0 ? JsonDocument.Parse(text).RootElement : (JsonElement?)null;
        return new((int)response.StatusCode, json);
    }

    /// <summary>Checks the token as a stranger would, from the metadata on; gives the key's id.</summary>
    private async Task<string> AssertAuthentic(Received heard)
    {
        var parts = heard.Headers.Authorization.ToString()["Bearer ".Length..].Split('.');
        var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement;
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
        var metadata = await Http.GetFromJsonAsync<JsonElement>(
            new Uri(Teams.OpenIdMetadataUrl),
            Cancel
        );
        var keys = await Http.GetFromJsonAsync<JsonElement>(
            new Uri(metadata.GetProperty("jwks_uri").GetString()!),
            Cancel
        );
        var kid = header.GetProperty("kid").GetString()!;
        var key = keys.GetProperty("keys")
            .EnumerateArray()
            .Single(k =>
                string.Equals(k.GetProperty("kid").GetString(), kid, StringComparison.Ordinal)
            );
        Assert.Equal("msteams", key.GetProperty("endorsements")[0].GetString());
        using var rsa = RSA.Create(
            new RSAParameters
            {
                Modulus = Base64Url.DecodeFromChars(key.GetProperty("n").GetString()),
                Exponent = Base64Url.DecodeFromChars(key.GetProperty("e").GetString()),
            }
        );
        Assert.True(
            rsa.VerifyData(
                Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]),
                Base64Url.DecodeFromChars(parts[2]),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1
            )
        );
        Assert.Equal("https://api.botframework.com", claims.GetProperty("iss").GetString());
        Assert.Equal(Teams.Options.AppId, claims.GetProperty("aud").GetString());
        var activity = JsonDocument.Parse(heard.Body).RootElement;
        Assert.Equal(
            activity.GetProperty("serviceUrl").GetString(),
            claims.GetProperty("serviceurl").GetString()
        );
        return kid;
    }
}
