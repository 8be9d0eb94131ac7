using System.Text.Json.Nodes;

namespace SalesOs.Dashboard.Notices;

/// <summary>One notice as a channel is given it, the same for all its receivers.</summary>
/// <param name="Id">The same for each try to each receiver, so that whoever gets it twice can tell.</param>
/// <param name="KeyName">What the key was called when it happened; null where it is not about a key.</param>
/// <param name="KeyShown">Such as <c>sk_live_a1b2c3d4…wxyz</c>; never the whole key.</param>
/// <param name="Actor">Who did it, as the page shows them; null: the program itself, or somebody whose data was erased.</param>
/// <param name="Data">What is told beside: no secret, no personal data.</param>
public sealed record Notice(
    Guid Id,
    string TenantId,
    NoticeEvent Event,
    DateTimeOffset At,
    Guid? KeyId,
    string? KeyName,
    string? KeyShown,
    string? Actor,
    JsonObject Data);
