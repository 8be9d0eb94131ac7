using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyDetail;
using SalesOs.Dashboard.Components.KeyDetail.Rotations;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class RotationSectionTests : ComponentHouse
{
    public RotationSectionTests() => Services.AddSingleton(new RotationActions(null!, null!, null!, null!));

    [Theory]
    [InlineData(KeyStatus.Active, KeyStatus.Active, "Both keys work until the old one ends. Watch the traffic move over.")]
    [InlineData(KeyStatus.Revoked, KeyStatus.Active, "The old key no longer works.")]
    [InlineData(KeyStatus.Expired, KeyStatus.Active, "The old key no longer works.")]
    [InlineData(KeyStatus.Active, KeyStatus.Revoked, null)]
    public void Hint_OfTheCard_SaysWhichKeysWork(KeyStatus old, KeyStatus successor, string? said) =>
        Show(View(old, successor)).FindAll("header p").Select(hint => hint.TextContent).SingleOrDefault().ShouldBe(said);

    [Fact]
    public void Lanes_OneDeleted_SayItAndShowTheOther()
    {
        var key = Key();
        var section = Render<RotationSection>(p => p
            .Add(s => s.Lanes, [new RotationKey(Guid.CreateVersion7(), null, null), new RotationKey(key.Id, key, null)])
            .Add(s => s.Current, key.Id));

        section.FindAll("article")[0].TextContent.ShouldContain("This key is deleted");
        section.FindAll("article")[1].TextContent.ShouldContain("this key");
    }

    [Theory]
    [InlineData(RotationState.Made, "done now todo todo todo")]
    [InlineData(RotationState.Saved, "done done now todo todo")]
    [InlineData(RotationState.InUse, "done done done now todo")]
    [InlineData(RotationState.Drained, "done done done done now")]
    [InlineData(RotationState.Held, "done done done now warned")]
    [InlineData(RotationState.Ended, "done done done done done")]
    public void Steps_OfEachState_SayWhatIsDoneAndWhatIsNext(RotationState state, string standings)
    {
        var section = Show(View(state: state));

        string.Join(' ', section.FindAll(".wizard ol > li").Select(step => step.ClassName)).ShouldBe(standings);
        section.FindAll("[aria-current=step]").Count.ShouldBe(state == RotationState.Ended ? 0 : state == RotationState.Held ? 2 : 1);
        section.FindAll("meter").Count.ShouldBe(state == RotationState.Ended ? 0 : 1);
    }

    [Fact]
    public void Silence_OfTheOldKey_IsSaidWithItsRhythmAndWhenNobodyIsExpectedAnyMore()
    {
        var said = Said(Show(View()));

        said.ShouldContain("Quiet for 20 hours. It normally calls every day about 4:00 PM; next expected in 4 hours. If it stays quiet, nobody is expected any more from Nov 24, 2026");
        said.ShouldContain("The old key in the last 1 day: 3 requests; usually 40.");
        said.ShouldContain("GET /v1/leads, last 19 hours ago; until Nov 24, 2026");
        Said(Show(View(state: RotationState.Drained))).ShouldContain("Nobody is expected any more.");
        Said(Show(View(state: RotationState.Saved))).ShouldContain("Silence says nothing before the new key is in use.");
    }

    [Fact]
    public void Straggler_IsNamedByAddressProgramAndRoute()
    {
        var section = Show(View());

        section.FindAll("tbody tr").Count.ShouldBe(5, "the others are shown when they are asked for");
        section.Find("tbody tr").TextContent.ShouldSatisfyAllConditions(
            row => row.ShouldContain("198.51.100.1"), row => row.ShouldContain("erp/1"), row => row.ShouldContain("GET /v1/leads"), row => row.ShouldContain("1,001"));
        section.FindAll("button").Single(b => b.TextContent.Contains("Show all 7", StringComparison.Ordinal)).Click();
        section.FindAll("tbody tr").Count.ShouldBe(7);
    }

    [Fact]
    public void End_OfEachOverlap_IsSaid()
    {
        Said(Show(View())).ShouldContain("When you end it.");
        Said(Show(View(overlap: new RotationOverlap { Until = Clock.GetUtcNow().AddDays(1) }))).ShouldContain("By itself on Nov 23, 2026");
        Said(Show(View(overlap: new RotationOverlap { QuietCycles = 2, Latest = Clock.GetUtcNow().AddDays(7) })))
            .ShouldSatisfyAllConditions(said => said.ShouldContain("By itself after 2 cycles without use."), said => said.ShouldContain("nothing is revoked and you are asked"));
        Said(Show(View(state: RotationState.Held))).ShouldContain("the old key was still needed when it should have ended");
    }

    [Fact]
    public void Acts_AreOfferedToThoseWhoMayWhileThereIsSomethingToEnd()
    {
        Buttons(View()).ShouldBe(["Show all 7", "Change how it ends…", "End the old key…"]);
        Buttons(View(), canManage: false).ShouldBe(["Show all 7"]);
        Buttons(View(successor: KeyStatus.Revoked)).ShouldBe(["Show all 7", "Change how it ends…"], "the old key is all that is left");
        Buttons(View(KeyStatus.Revoked, state: RotationState.Ended)).ShouldBeEmpty();

        string[] Buttons(RotationView view, bool canManage = true) => [.. Show(view, canManage).FindAll("button").Select(b => b.TextContent.Trim())];
    }

    [Fact]
    public void Rotation_ThatCouldNotBeLoaded_IsSaid()
    {
        var (old, successor) = (Key(), Key());
        var section = Render<RotationSection>(p => p
            .Add(s => s.Lanes, [new RotationKey(old.Id, old, null, Part<RotationView>.Broken), new RotationKey(successor.Id, successor, null)])
            .Add(s => s.Current, old.Id));

        section.Find(".unknown").TextContent.ShouldContain("could not be found out");
        section.FindAll("button").ShouldBeEmpty();
    }

    private static string Said(IRenderedComponent<RotationSection> section) =>
        System.Text.RegularExpressions.Regex.Replace(section.Find(".wizard").TextContent, @"\s+", " ");

    private IRenderedComponent<RotationSection> Show(RotationView view, bool canManage = true) => Render<RotationSection>(p => p
        .Add(s => s.Lanes, [new RotationKey(view.Old.Key.Id, view.Old.Key, null, new Part<RotationView>(view)), new RotationKey(view.New!.Key.Id, view.New.Key, null)])
        .Add(s => s.Current, view.New.Key.Id)
        .Add(s => s.CanManage, canManage));

    /// <summary>The old key was called every day at four and is silent for twenty hours.</summary>
    private RotationView View(
        KeyStatus old = KeyStatus.Active, KeyStatus successor = KeyStatus.Active, RotationState state = RotationState.InUse, RotationOverlap? overlap = null)
    {
        var now = Clock.GetUtcNow();
        var isUsed = state is not (RotationState.Made or RotationState.Saved);
        var last = now.AddHours(-20);
        var hours = Enumerable.Range(0, 60).Select(day => now.AddHours(-20).AddDays(-day).ToUnixTimeSeconds()).ToList();
        var rhythm = new Rhythm(Enumerable.Range(0, 60).Select(day => last.AddDays(-day).ToUnixTimeSeconds()));
        var strand = Strand.OfRoute("GET /v1/leads", hours, hasMoved: true);
        var drain = new Drain(state == RotationState.Drained ? [] : [strand], new KeySilence(last, last, rhythm), isUsed, TimeSpan.Zero, overlap?.QuietCycles ?? 1);
        if (state == RotationState.Drained)
        {
            drain = drain with { Silence = new KeySilence(now.AddDays(-30), now.AddDays(-30), rhythm) };
        }

        return new RotationView(
            state,
            now.AddDays(-2),
            overlap ?? RotationOverlap.ByHand,
            overlap?.Until,
            state == RotationState.Held ? now.AddHours(-1) : null,
            state == RotationState.Ended ? now.AddHours(-1) : null,
            new RotatingKey(Key() with { Status = old }, drain.Silence),
            new RotatingKey(Key() with { Status = successor, LastUsedAt = isUsed ? now : null }, new KeySilence(null, now, new Rhythm([]))),
            drain,
            new CycleRequests(TimeSpan.FromDays(1), 3, 40),
            [.. Enumerable.Range(1, 7).Select(i => new Straggler($"198.51.100.{i}", $"erp/{i}", "GET /v1/leads", 1000 + i, now.AddDays(-1), now.AddHours(-i)))]);
    }
}
