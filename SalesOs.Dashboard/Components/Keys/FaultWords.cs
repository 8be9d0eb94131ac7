using System.Globalization;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Words what the domain service refuses: codes become sentences that say what to do.</summary>
public sealed class FaultWords
{
    private readonly Words<KeysTexts> words;

    public FaultWords(Words<KeysTexts> words) => this.words = words;

    public string Say(RuleFault fault) => words["Fault_" + fault.Code, ("argument", ReadAsNumber(fault.Argument))];

    public string Say(Refusal refusal) => refusal.Reason switch
    {
        RefusalReason.MissingCapability => words["Refused_MissingCapability", ("capability", refusal.Capability)],
        RefusalReason.NotFound => words["Refused_NotFound"],
        RefusalReason.Invalid => string.Join(" ", refusal.Faults.Select(Say)),
        RefusalReason.TooManyKeys => words["Refused_TooManyKeys"],
        RefusalReason.ChangedSince => words["Refused_ChangedSince"],
        RefusalReason.AlreadyRevoked => words["Refused_AlreadyRevoked"],
        RefusalReason.NotActive => words["Refused_NotActive"],
        RefusalReason.AlreadyMade => words["Refused_AlreadyMade"],
        RefusalReason.Stopping => words["Refused_Stopping"],
        RefusalReason.IdempotencyMismatch => words["Refused_IdempotencyMismatch"],
    };

    /// <summary>A limit is written in the reader's digits; an address such as <c>10.0.0.1</c> stays as it was typed.</summary>
    private static object? ReadAsNumber(string? argument) =>
        int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : argument;
}
