using Markdig.Extensions.Tables;
using Markdig.Renderers;

namespace SalesOs.Dashboard.Components.Guide;

/// <summary>A table that scrolls inside itself where the screen is narrower, also by keyboard.</summary>
internal sealed class TableWriter : HtmlTableRenderer
{
    protected override void Write(HtmlRenderer renderer, Table table)
    {
        renderer.WriteLine("""<div class="table" tabindex="0">""");
        base.Write(renderer, table);
        renderer.WriteLine("</div>");
    }
}
