using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Samples;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public class SampleTests : ComponentHouse
{
    private const string Hint = "sk_live_a1b2c3d4…o5p6";

    [Theory]
    [InlineData("en")]
    [InlineData("pt-BR")]
    public void EverySample_Filled_HoldsItsCallAndNoPlaceLeft(string culture)
    {
        Speak(culture);
        foreach (var (way, call, text) in All(new SampleValues(Words(), "https://dash.test")).Concat(All(new SampleValues(Words(), "https://dash.test", Hint))))
        {
            var what = $"{way.Name}, {call.Id}: {text}";
            text.ShouldNotContain("{{", Case.Sensitive, what);
            text.ShouldNotContain("\r", Case.Sensitive, what);
            text.ShouldContain("https://dash.test", Case.Sensitive, what);
            text.ShouldContain(call.Method, Case.Sensitive, what);
            text.ShouldContain(call.Target, Case.Sensitive, what);
            text.ShouldContain(call.Body ?? call.Method, Case.Sensitive, what);
            text.ShouldContain(call.IdVariable ?? call.Method, Case.Sensitive, what);
        }
    }

    /// <summary>After a rotation whoever loads the successor's values has both of them.</summary>
    [Fact]
    public void BothValues_OfEachSample_AreReadFromTheEnvironment()
    {
        foreach (var call in SampleCall.Signed)
        {
            foreach (var way in Sample.Signed)
            {
                var text = way.Text(call, new SampleValues(Words(), "https://dash.test", Hint));
                text.ShouldContain($" {Hint}\n");
                Regex.Count(text, "sk_(live|test)_").ShouldBe(1, "the comment alone names the key");
                text.ShouldMatch("SALESOS_API_KEY[^_]");
                text.ShouldContain("SALESOS_API_KEY_SECRET");
            }
        }
    }

    [Theory]
    [InlineData(new[] { Scopes.LeadsRead }, new[] { "whoami", "list_leads", "read_lead" })]
    [InlineData(new[] { Scopes.DefaultSync, Scopes.LeadsWrite }, new[] { "whoami", "sync_collaborators", "sync_activities", "create_lead", "update_lead" })]
    [InlineData(new string[0], new[] { "whoami", "sync_collaborators", "sync_activities", "list_leads", "read_lead", "create_lead", "update_lead" })]
    public void Calls_OfAKey_AreThoseThatItsScopesOpen(string[] scopes, string[] calls) => SampleCall.OpenTo(scopes).Select(call => call.Id).ShouldBe(calls);

    /// <summary>They stand inside the quotes of five languages.</summary>
    [Theory]
    [InlineData("en")]
    [InlineData("pt-BR")]
    public void Words_OfSamples_NeedNoEscape(string culture)
    {
        Speak(culture);
        foreach (var key in (string[])["TargetNote", "BodyNote", "SetKey", "SetFirst", "SetId", "SetToken", "SetServiceKey", "SetTenant"])
        {
            Words()[key, ("variable", "X")].ShouldNotMatch("""["'`\\{}$\n]""");
        }
    }

    private static IEnumerable<(Sample Way, SampleCall Call, string Text)> All(SampleValues values) =>
        SampleCall.Signed.SelectMany(call => Sample.Signed.Select(way => (way, call, way.Text(call, values))))
            .Concat(SampleCall.Managing.SelectMany(call => Sample.Managing.Select(way => (way, call, way.Text(call, values)))));

    private Words<SampleTexts> Words() => Services.GetRequiredService<Words<SampleTexts>>();
}
