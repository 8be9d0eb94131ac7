using System.Text.Json;
using System.Text.Json.Serialization;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// How long a successor is to live and when the key itself ends. What is not given: the successor lives as long as the key was made to live (<see cref="Renewed"/>), and somebody ends the key.
/// </summary>
public record KeyRotation
{
    private static readonly JsonSerializerOptions Given = new(Envelope.Json) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    /// <summary>1–3650 from now on; this or <see cref="ExpiresAt"/>, not both.</summary>
    public int? ExpiresInDays { get; init; }

    /// <summary>Null: the successor never expires.</summary>
    public Optional<DateTimeOffset?> ExpiresAt { get; init; }

    /// <summary>Null: by hand.</summary>
    public RotationOverlap? Overlap { get; init; }

    /// <summary>
    /// The end of a successor that lives as long as the key was made to live, counted from now. A life reaches from the making to the expiry, as it stands after
    /// the latest edit, and is at most <see cref="KeyRules.MaxExpiryDays"/> days. No expiry stays none, and a successor never ends before the key.
    /// </summary>
    /// <param name="createdAt">The key's.</param>
    /// <param name="expiresAt">The key's; in the future.</param>
    public static DateTimeOffset? Renewed(DateTimeOffset createdAt, DateTimeOffset? expiresAt, DateTimeOffset now)
    {
        if (expiresAt is not { } end)
        {
            return null;
        }

        var life = end - createdAt;
        var longest = TimeSpan.FromDays(KeyRules.MaxExpiryDays);
        var renewed = now + (life < longest ? life : longest);
        return renewed < end ? end : renewed;
    }

    /// <summary>When the successor of a key ends; null: never.</summary>
    internal DateTimeOffset? EndOf(ApiKey key, DateTimeOffset now) =>
        ExpiresInDays is { } days ? now.AddDays(days)
        : ExpiresAt.IsGiven ? ExpiresAt.Value
        : Renewed(key.CreatedAt, key.ExpiresAt, now);

    /// <summary>As it waits for another person: what is not given is not written, times are in whole milliseconds.</summary>
    internal string Asked() => JsonSerializer.Serialize(
        new KeyRotation { ExpiresInDays = ExpiresInDays, ExpiresAt = ExpiresAt, Overlap = Overlap == RotationOverlap.ByHand ? null : Overlap?.Stored() }, Given);

    /// <inheritdoc cref="Asked"/>
    internal static KeyRotation OfAsked(string text) => JsonSerializer.Deserialize<KeyRotation>(text, Given)!;

    /// <summary>What tells this request from another one for the same key; empty when nothing is given.</summary>
    internal byte[] Fingerprint() => (ExpiresInDays is null && !ExpiresAt.IsGiven, Overlap is null || Overlap == RotationOverlap.ByHand) switch
    {
        (true, true) => [],
        (_, true) => JsonSerializer.SerializeToUtf8Bytes(new { Days = ExpiresInDays, ExpiresAt.IsGiven, At = ExpiresAt.Value?.ToUnixTimeMilliseconds() }),
        _ => JsonSerializer.SerializeToUtf8Bytes(new { Days = ExpiresInDays, ExpiresAt.IsGiven, At = ExpiresAt.Value?.ToUnixTimeMilliseconds(), Overlap = Overlap!.Stored() }),
    };
}
