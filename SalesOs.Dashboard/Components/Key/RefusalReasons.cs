using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Key;

/// <summary>Words why a request was refused, truly and plainly, and what to do about it.</summary>
public sealed class RefusalReasons
{
    private readonly Words<KeyTexts> words;

    public RefusalReasons(Words<KeyTexts> words) => this.words = words;

    /// <summary>In a few words, for counting.</summary>
    public string Short(Verdict verdict) => words["Short_" + verdict];

    public string Say(RefusalView refusal) => refusal switch
    {
        { Culprit: not Culprit.None } => words["Mistake_" + refusal.Culprit],
        { Verdict: Verdict.OutsideWindow, SkewSeconds: { } skew } => words[skew < 0 ? "ClockAhead" : "ClockBehind", ("distance", Distance(Math.Abs(skew)))],
        { Verdict: Verdict.AddressNotAllowed, Address: { } address } => words["Refusal_AddressNotAllowed", ("address", address)],
        { Verdict: Verdict.AddressNotAllowed } => words["AddressUnknown"],
        { Verdict: Verdict.MissingScope } => words["Refusal_MissingScope", ("scope", refusal.Scope)],
        _ => words["Refusal_" + refusal.Verdict],
    };

    public string Advise(RefusalView refusal) => refusal switch
    {
        { Culprit: not Culprit.None } => words["DoMistake_" + refusal.Culprit],
        { Verdict: Verdict.MissingScope } => words["Do_MissingScope", ("scope", refusal.Scope)],
        _ => words["Do_" + refusal.Verdict],
    };

    /// <summary>Seconds as long as people think in them.</summary>
    private string Distance(long seconds) => seconds switch
    {
        < 120 => words["Seconds", ("count", seconds)],
        < 7_200 => words["Minutes", ("count", seconds / 60)],
        < 172_800 => words["Hours", ("count", seconds / 3_600)],
        _ => words["Days", ("count", seconds / 86_400)],
    };
}
