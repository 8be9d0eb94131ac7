using System.Globalization;
using System.Text.RegularExpressions;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Guide;

/// <summary>
/// Writes blocks of code. Those that follow each other and name a tab become one set of tabs: radio buttons, whose code shows by the style sheet alone, so that it works
/// without a script. A script of the page adds the copy buttons.
/// </summary>
internal sealed partial class CodeWriter(Words<GuideTexts> words) : HtmlObjectRenderer<CodeBlock>
{
    private int sets;
    private int tabs;

    protected override void Write(HtmlRenderer renderer, CodeBlock block)
    {
        var said = Said(block);
        if (said is null)
        {
            WriteCode(renderer, block);
            return;
        }

        var siblings = block.Parent!;
        var at = siblings.IndexOf(block);
        var isFirst = at == 0 || Said(siblings[at - 1]) is null;
        if (isFirst)
        {
            (sets, tabs) = (sets + 1, 0);
            renderer.Write("""<fieldset class="tabs"><legend class="sr-only">""").WriteEscape(words["Language"]).WriteLine("</legend>");
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"tab-{sets}-{++tabs}");
        renderer.Write($"""<input type="radio" class="sr-only" name="tabs-{sets.ToString(CultureInfo.InvariantCulture)}" id="{id}" value=""").Write('"').WriteEscape(said["tab"]).Write('"');
        renderer.Write(isFirst ? " checked" : "").Write($"""><label for="{id}">""").WriteEscape(said["tab"]).WriteLine("</label>");
        renderer.WriteLine("""<div class="tab">""");
        WriteCode(renderer, block);
        renderer.Write("""<p class="run">""").WriteEscape(words["SaveAs", ("file", said["file"])]).Write(" <code>").WriteEscape(said["run"]).WriteLine("</code></p></div>");
        if (at == siblings.Count - 1 || Said(siblings[at + 1]) is null)
        {
            renderer.WriteLine("</fieldset>");
        }
    }

    private static void WriteCode(HtmlRenderer renderer, CodeBlock block)
    {
        renderer.Write("""<div class="code"><pre tabindex="0"><code>""");
        renderer.WriteLeafRawLines(block, writeEndOfLines: true, escape: true);
        renderer.WriteLine("</code></pre></div>");
    }

    /// <summary>What a block says of its tab; null: it stands alone.</summary>
    private static Dictionary<string, string>? Said(Block block) => block is FencedCodeBlock { Arguments: { Length: > 0 } arguments }
        ? Attribute().Matches(arguments).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value, StringComparer.Ordinal)
        : null;

    [GeneratedRegex("(?<name>[a-z]+)=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Attribute();
}
