using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Words why a request was refused, truly and plainly, and what to do about it.</summary>
public sealed class RejectionReasons(Words<RejectionTexts> words)
{
    /// <summary>In a few words, for counting.</summary>
    public string Short(Verdict verdict) => words["Short_" + verdict];

    public string Say(RejectionView rejection) => rejection switch
    {
        { Culprit: not Culprit.None } => words["Mistake_" + rejection.Culprit],
        { Verdict: Verdict.OutsideWindow, SkewSeconds: { } skew } => words[skew < 0 ? "ClockAhead" : "ClockBehind", ("distance", Distance(Math.Abs(skew)))],
        { Verdict: Verdict.AddressNotAllowed, Address: { } address } => words["Rejection_AddressNotAllowed", ("address", address)],
        { Verdict: Verdict.AddressNotAllowed } => words["AddressUnknown"],
        { Verdict: Verdict.MissingScope } => words["Rejection_MissingScope", ("scope", rejection.Scope)],
        _ => words["Rejection_" + rejection.Verdict],
    };

    public string Advise(RejectionView rejection) => rejection switch
    {
        { Culprit: not Culprit.None } => words["DoMistake_" + rejection.Culprit],
        { Verdict: Verdict.MissingScope } => words["Do_MissingScope", ("scope", rejection.Scope)],
        _ => words["Do_" + rejection.Verdict],
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
