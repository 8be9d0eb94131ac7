using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>The last 30 days at a glance: a line over its area, the highest day at the top.</summary>
public sealed partial class Sparkline
{
    private const double Width = 90;
    private const double Bottom = 19;
    private const double Height = 17;

    /// <summary>Requests a day, today last; null while they are not known.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<long>? Days { get; set; }

    [Inject]
    private Words<ListTexts> Words { get; set; } = null!;

    private long Most => Days is { Count: > 0 } days ? days.Max() : 0;

    private string Label => Days is null ? Words["SparklineLoading"] : Words["Sparkline", ("count", Days.Sum()), ("most", Most)];

    private string Line
    {
        get
        {
            var path = new StringBuilder();
            for (var i = 0; i < Days!.Count; i++)
            {
                var x = Width * i / Math.Max(1, Days.Count - 1);
                path.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{x:0.#} {Bottom - (Height * Days[i] / Most):0.#}");
            }

            return path.ToString();
        }
    }

    private string Area => string.Create(CultureInfo.InvariantCulture, $"{Line}L{Width} 20L0 20Z");
}
