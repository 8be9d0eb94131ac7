using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Gate;

/// <summary>A request that the gate has let in: who signed it, and the body exactly as it was hashed.</summary>
public sealed class SignedCall
{
    public required RingKey Key { get; init; }

    /// <summary>The raw body; empty when there was none.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Requests left in this sliding hour.</summary>
    public required int Remaining { get; init; }

    /// <summary>Unix seconds at which one request becomes free again.</summary>
    public required long ResetAt { get; init; }

    /// <summary>The route could not read the body at all (its media type, or its JSON), so nothing was done: the signature is not used up.</summary>
    public bool IsUnread { get; set; }

    /// <summary>Sets the rate limit's headers; once more when an answer was cleared to begin anew.</summary>
    public void TellLimit(HttpResponse response) => RateLimitHeaders.Set(response, Key, Remaining, ResetAt);

    /// <summary>The call of this request; handlers of signed routes always have one.</summary>
    public static SignedCall Of(HttpContext context) =>
        context.Features.Get<SignedCall>() ?? throw new InvalidOperationException("The route is not behind the gate.");
}
