namespace SalesOs.Dashboard.Usage;

/// <summary>A refused request as its tenant sees it, with the true reason that the caller was not told.</summary>
/// <param name="Target">At most <see cref="Rejection.MaxTargetLength"/> characters; <paramref name="TargetCut"/>: not the whole.</param>
/// <param name="SkewSeconds">Seconds by which the caller's clock is behind; negative: ahead. Null when no TIMESTAMP could be read.</param>
/// <param name="SignatureStart">
/// The first 8 of its 64 digits, to be compared with what a client computes. Not the whole: within the window that of a proven request could be used again.
/// </param>
/// <param name="BodyDigest">Lowercase hex of SHA-256; null when the body was not read.</param>
/// <param name="Scope">What the route asks for.</param>
/// <param name="Culprit">The mistake that explains the signature; <see cref="Culprit.None"/> also where the verdict says it all.</param>
public sealed record RejectionView(
    Guid RequestId,
    Guid KeyId,
    DateTimeOffset At,
    Verdict Verdict,
    bool Proven,
    string Method,
    string Target,
    bool TargetCut,
    string? Address,
    string? Agent,
    long? SkewSeconds,
    string? Timestamp,
    string? SignatureStart,
    string? BodyDigest,
    string? Scope,
    Culprit Culprit)
{
    internal static RejectionView Of(Rejection r, Culprit culprit) => new(
        r.RequestId,
        r.KeyId,
        r.At,
        r.Verdict,
        r.Proven,
        r.Method,
        r.Target,
        r.TargetCut,
        r.Address,
        r.Agent,
        r.SkewSeconds,
        r.Timestamp,
        r.Signature?[..8],
        r.BodyDigest is { } digest ? Convert.ToHexStringLower(digest) : null,
        r.Scope,
        culprit);
}

/// <param name="Total">All that are kept and match, on all pages; at most 200.</param>
/// <param name="Dropped">Rejections of this key, ever, that found no place in memory and are not on any page.</param>
public sealed record RejectionPage(IReadOnlyList<RejectionView> Rejections, long Total, long Dropped);
