using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Tests.Approvals;

public sealed class BindingTests
{
    private static readonly AgentName s_agent = AgentName.Parse("asker", provider: null);

    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("""{"z":1,"a":{"c":null,"b":[1,{"y":2,"x":"é\u0007"}]}}""", "{}")]
    [InlineData("{}", """{"ticket":"CHG-1","saltier":true,"r":{},"sal":"\""}""")]
    [InlineData("{}", """{"x":1,"salt":"what a guard repeats","a":2}""")]
    public void A_binding_is_the_canonical_form_of_its_document(string properties, string context)
    {
        var action = new NamedAction("a \"quoted\" name", JsonElement.Parse(properties));
        var resource = new Resource("type\n", "id\\", JsonElement.Parse(properties));
        var said = JsonElement.Parse(context);
        var document = Binding.Document(s_agent, action, resource, said, "salty");
        Assert.Equal(
            Base64Url.EncodeToString(SHA256.HashData(CanonicalJson.Write(document))),
            Binding.Hash(s_agent, action, resource, said, "salty")
        );
    }

    [Fact]
    public void A_lone_surrogate_has_no_binding()
    {
        var nothing = JsonElement.Parse("{}");
        Assert.Throws<FormatException>(() =>
            Binding.Hash(
                s_agent,
                new NamedAction("a\udc00b", nothing),
                new Resource("t", "i", nothing),
                nothing,
                "salty"
            )
        );
    }
}
