using Microsoft.Extensions.FileProviders;

namespace ChatApprovals.Playground.Page;

/// <summary>The page's own files. They draw text that agents wrote, so the browser is told to run and fetch nothing else.</summary>
internal static class PageFiles
{
    /// <summary>No inline script or style, nothing from elsewhere, in no other site's frame. Images: the page's own, and
    /// the arrows that the card renderer carries as data.</summary>
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Renderer = "vendor/adaptivecards.min.js";

    /// <summary>What is missing for the page to look as it should; null when nothing is.</summary>
    public static string? Problem =>
        File.Exists(Path.Combine(Repository.Page, Renderer))
            ? null
            : "Teams cards are drawn plainly: their renderer was not there to be built in. Install Node.js 20 or "
                + "later (it brings npm) and run this again.";

    public static void Serve(WebApplication app)
    {
        if (!Directory.Exists(Repository.Page))
        {
            return;
        }
        var files = new PhysicalFileProvider(Repository.Page);
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(
            new StaticFileOptions
            {
                FileProvider = files,
                OnPrepareResponse = sent => Guard(sent.Context.Response.Headers),
            }
        );
    }

    private static void Guard(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-cache";
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
