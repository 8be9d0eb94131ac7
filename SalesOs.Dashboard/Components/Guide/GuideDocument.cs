using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Guide;

/// <summary>A part of a page that can be linked to.</summary>
public sealed record GuideHeading(string Id, string Text);

/// <summary>A page made from its filled Markdown.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Headings">Of its parts.</param>
/// <param name="Html">All below its heading. The source can hold no HTML of its own.</param>
public sealed record GuideDocument(string Title, IReadOnlyList<GuideHeading> Headings, string Html)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseGenericAttributes().Build();

    /// <param name="name">Of the page, for links to its own parts.</param>
    /// <param name="query">What links to other pages take along, with its question mark; or empty.</param>
    public static GuideDocument From(string markdown, string name, string query, Words<GuideTexts> words)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var link in document.Descendants<LinkInline>())
        {
            link.Url = AddressOf(link.Url!, name, query);
        }

        var title = (HeadingBlock)document[0];
        document.Remove(title);
        using var html = new StringWriter();
        var renderer = new HtmlRenderer(html);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.ReplaceOrAdd<CodeBlockRenderer>(new CodeWriter(words));
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlTableRenderer>(new TableWriter());
        renderer.Render(document);
        return new GuideDocument(
            TextOf(title), [.. document.OfType<HeadingBlock>().Where(h => h.Level == 2).Select(h => new GuideHeading(h.GetAttributes().Id!, TextOf(h)))], html.ToString());
    }

    /// <summary>Sources name each other as files; a bare fragment would lead to the start page, because of <c>&lt;base href="/"&gt;</c>.</summary>
    private static string AddressOf(string target, string name, string query)
    {
        if (target.Contains("://", StringComparison.Ordinal))
        {
            return target;
        }

        var (file, fragment) = target.Split('#') is [var before, var behind] ? (before, "#" + behind) : (target, "");
        return GuidePages.AddressOf(file.Length == 0 ? name : Path.GetFileNameWithoutExtension(file)) + query + fragment;
    }

    private static string TextOf(HeadingBlock heading) =>
        string.Concat(heading.Inline!.Descendants().Select(part => part is LiteralInline text ? text.Content.ToString() : part is CodeInline code ? code.Content : ""));
}
