using System.Text;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Samples;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Gate;

namespace SalesOs.Dashboard.Components.Guide;

/// <summary>
/// Fills a page's source: the one text that is answered as Markdown and made into the page. <c>{{site}}</c> is where the dashboard is, <c>{{window}}</c> how many
/// seconds a timestamp may stand from the clock, <c>{{says Name}}</c> what the dashboard says about a rejection, <c>{{samples name}}</c> the samples of a call, and <c>{{if management}}</c> keeps a line for where there is a management API.
/// </summary>
public sealed class GuideText(GuidePages pages, SiteOptions options, GateOptions gate, Words<RejectionTexts> rejections, Words<SampleTexts> samples)
{
    /// <param name="name">One of <see cref="GuidePages.Names"/>.</param>
    /// <param name="site">Where the reader sees the guide.</param>
    public string Fill(string name, string site, string? keyHint = null)
    {
        var values = new SampleValues(samples, options.AddressFor(site), keyHint);
        return TextTemplate.Fill(pages.Source(name), place => place.Split(' ') switch
        {
            ["site"] => site.TrimEnd('/'),
            ["window"] => $"{gate.WindowSeconds}",
            ["management"] => pages.HasManagement ? place : null,
            ["says", var key] when rejections.Has(key) => rejections[key, ("distance", "41 s")],
            ["samples", var call] => Samples(call, values),
            _ => null,
        });
    }

    private static string? Samples(string name, SampleValues values)
    {
        var (call, ways) = SampleCall.Signed.FirstOrDefault(c => c.Id == name) is { } signed
            ? (signed, Sample.Signed)
            : (SampleCall.Managing.FirstOrDefault(c => c.Id == name), Sample.Managing);
        if (call is null)
        {
            return null;
        }

        var blocks = new StringBuilder();
        foreach (var way in ways)
        {
            blocks.Append($"```{way.Highlight} tab=\"{way.Name}\" file=\"{way.File(call)}\" run=\"{way.Run(call)}\"\n{way.Text(call, values)}\n```\n\n");
        }

        return blocks.ToString().TrimEnd('\n');
    }
}
