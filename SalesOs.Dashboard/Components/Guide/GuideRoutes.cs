using System.Text;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Guide;

/// <summary>The guide for programs: each page as Markdown, and <c>/llms.txt</c>, which lists them.</summary>
internal static class GuideRoutes
{
    public static void MapGuide(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(GuideLinks.Start + "/{name}.md", (string name, HttpContext context, GuidePages pages, GuideText text, Words<GuideTexts> words) =>
            pages.Has(name)
                ? Answer("text/markdown", text.Fill(name, Site(context)))
                : Answer("text/markdown", words["NoPage", ("list", Site(context) + "/llms.txt")], StatusCodes.Status404NotFound)).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet(GuideLinks.Start + ".md", () => Results.LocalRedirect(GuidePages.MarkdownAddressOf(GuidePages.Start))).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/llms.txt", (HttpContext context, GuidePages pages, Words<GuideTexts> words) =>
            Answer("text/plain", List(pages, words, Site(context)))).AllowAnonymous().ExcludeFromDescription();
    }

    private static string Site(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}";

    private static IResult Answer(string type, string text, int status = StatusCodes.Status200OK) =>
        Results.Text(text + "\n", type + "; charset=utf-8", statusCode: status);

    private static string List(GuidePages pages, Words<GuideTexts> words, string site)
    {
        var list = new StringBuilder($"# SalesOS\n\n> {pages.Lead(GuidePages.Start)}\n\n## {words["Docs"]}\n\n");
        foreach (var name in pages.Names)
        {
            list.Append($"- [{pages.Title(name)}]({site}{GuidePages.MarkdownAddressOf(name)}): {pages.Lead(name)}\n");
        }

        return list.Append($"- [{words["Api"]}]({site}/openapi/v1.json): OpenAPI 3.1").ToString();
    }
}
