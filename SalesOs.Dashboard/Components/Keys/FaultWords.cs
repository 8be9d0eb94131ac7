using System.Globalization;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Words what the domain service refuses: codes become sentences that say what to do.</summary>
public sealed class FaultWords(Words<KeysTexts> words)
{
    /// <summary>For a fault that has no code.</summary>
    public string NotDone => words["NotDone"];

    public string Say(RuleFault fault) => words["Fault_" + fault.Code, ("argument", ReadAsNumber(fault.Argument))];

    public string Say(Error error) => error.Reason switch
    {
        ErrorReason.MissingCapability => words["Error_MissingCapability", ("capability", error.Capability)],
        ErrorReason.NotFound => words["Error_NotFound"],
        ErrorReason.Invalid => string.Join(" ", error.Faults.Select(Say)),
        ErrorReason.TooManyKeys => words["Error_TooManyKeys"],
        ErrorReason.ChangedSince => words["Error_ChangedSince"],
        ErrorReason.AlreadyRevoked => words["Error_AlreadyRevoked"],
        ErrorReason.NotRevoked => words["Error_NotRevoked"],
        ErrorReason.NotActive => words["Error_NotActive"],
        ErrorReason.Ended => words["Error_Ended"],
        ErrorReason.RotationOver => words["Error_RotationOver"],
        ErrorReason.ReceiverOff => words["Error_ReceiverOff"],
        ErrorReason.AlreadyMade => words["Error_AlreadyMade"],
        ErrorReason.NotProven => words["Error_NotProven"],
        ErrorReason.Stopping => words["Error_Stopping"],
        ErrorReason.Policy => error.Faults.Count == 0 ? words["Error_Policy"] : string.Join(" ", error.Faults.Select(Say)),
        ErrorReason.PolicyChangedSince => words["Error_PolicyChangedSince"],
        ErrorReason.NeedsApproval => words["Error_NeedsApproval"],
        ErrorReason.OwnRequest => words["Error_OwnRequest"],
        ErrorReason.ApprovalOver => words["Error_ApprovalOver"],
        ErrorReason.IdempotencyMismatch => words["Error_IdempotencyMismatch"],
    };

    /// <summary>A limit is written in the reader's digits; an address such as <c>10.0.0.1</c> stays as it was typed.</summary>
    private static object? ReadAsNumber(string? argument) =>
        int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : argument;
}
