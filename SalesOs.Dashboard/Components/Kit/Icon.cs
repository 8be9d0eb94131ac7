using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>
/// Draws one of MudBlazor's icons without a component around it: a page shows a hundred, and each component costs its circuit some 3 KB for as long as the page is
/// open. It is decoration; what it means stands beside it in words.
/// </summary>
public static class Icon
{
    private static readonly ConcurrentDictionary<(string, Size), MarkupString> Drawn = [];

    /// <param name="icon">A constant such as <see cref="Icons.Material.Rounded.Add"/>, never anything that came from outside: it is written as it is.</param>
    public static MarkupString Of(string icon, Size size = Size.Medium) => Drawn.GetOrAdd((icon, size), static drawn => new MarkupString(
        $"""<svg class="mud-icon-root mud-svg-icon mud-icon-size-{(drawn.Item2 == Size.Small ? "small" : "medium")}" focusable="false" viewBox="0 0 24 24" aria-hidden="true">{drawn.Item1}</svg>"""));
}
