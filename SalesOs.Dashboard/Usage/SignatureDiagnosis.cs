using System.Globalization;
using System.Security.Cryptography;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Usage;

/// <summary>
/// Signs a refused request again with each of the usual mistakes and names the one that gives the signature that came. Pure; never in the request path.
/// </summary>
internal static class SignatureDiagnosis
{
    /// <param name="k1">32 bytes.</param>
    /// <param name="thorough">Tries every millisecond of the second and not its first alone: a thousand signatures, some milliseconds.</param>
    public static Culprit Of(ReadOnlySpan<byte> k1, Rejection refused, bool thorough)
    {
        if (refused.Timestamp is null)
        {
            return Culprit.None;
        }

        if (refused.Verdict == Verdict.OutsideWindow)
        {
            return IsMilliseconds(refused) ? Culprit.MillisecondTimestamp : Culprit.None;
        }

        if (refused.Verdict != Verdict.BadSignature || refused.BodyDigest is null || refused.Signature is null)
        {
            return Culprit.None;
        }

        var signature = Convert.FromHexString(refused.Signature);
        if (IsInBody(k1, refused, signature) is { } inBody)
        {
            return inBody;
        }

        // The mistakes of the path can't be told from half a path; the rest needs it whole as well.
        if (refused.TargetCut)
        {
            return Culprit.None;
        }

        if (IsInTarget(k1, refused, signature) is { } inTarget)
        {
            return inTarget;
        }

        if (Fits(k1, refused, signature, method: refused.Method.ToLowerInvariant()))
        {
            return Culprit.LowerCaseMethod;
        }

        if (FitsHexSteps(k1, refused, signature))
        {
            return Culprit.HexBetweenSteps;
        }

        return FitsMilliseconds(k1, refused, signature, thorough ? 1000 : 1) ? Culprit.MillisecondTimestamp : Culprit.None;
    }

    /// <summary>The digits, read as milliseconds, are within a day of the time at which the request came.</summary>
    private static bool IsMilliseconds(Rejection refused) =>
        long.TryParse(refused.Timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        && Math.Abs(value - refused.At.ToUnixTimeMilliseconds()) <= (long)TimeSpan.FromDays(1).TotalMilliseconds;

    private static Culprit? IsInBody(ReadOnlySpan<byte> k1, Rejection refused, byte[] signature)
    {
        if (Fits(k1, refused, signature, digest: SignatureChain.EmptyBodyDigest))
        {
            return Culprit.EmptyBodyDigest;
        }

        return refused.MinifiedDigest is { } minified && Fits(k1, refused, signature, digest: minified) ? Culprit.MinifiedBody : null;
    }

    private static Culprit? IsInTarget(ReadOnlySpan<byte> k1, Rejection refused, byte[] signature)
    {
        var query = refused.Target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? refused.Target : refused.Target[..query];
        if (query >= 0 && Fits(k1, refused, signature, target: path))
        {
            return Culprit.QueryLeftOut;
        }

        var decoded = Uri.UnescapeDataString(path);
        // Frameworks hand out the path decoded with the query as it came, the whole decoded, or the decoded path alone.
        return Fits(k1, refused, signature, target: decoded + refused.Target[path.Length..])
            || Fits(k1, refused, signature, target: Uri.UnescapeDataString(refused.Target))
            || Fits(k1, refused, signature, target: decoded)
            ? Culprit.DecodedPath
            : null;
    }

    private static bool FitsMilliseconds(ReadOnlySpan<byte> k1, Rejection refused, byte[] signature, int tries)
    {
        // The clock was read once, and its milliseconds were cut off for the header alone.
        for (var i = 0; i < tries; i++)
        {
            if (Fits(k1, refused, signature, timestamp: string.Create(CultureInfo.InvariantCulture, $"{refused.Timestamp}{i:D3}")))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Fits(
        ReadOnlySpan<byte> k1,
        Rejection refused,
        byte[] signature,
        string? timestamp = null,
        string? method = null,
        string? target = null,
        ReadOnlySpan<byte> digest = default) =>
        SignatureChain.Verify(
            k1, timestamp ?? refused.Timestamp!, method ?? refused.Method, target ?? refused.Target, digest.IsEmpty ? refused.BodyDigest : digest, signature);

    private static bool FitsHexSteps(ReadOnlySpan<byte> k1, Rejection refused, byte[] signature)
    {
        Span<byte> k = stackalloc byte[SignatureChain.DigestSize];
        Span<byte> hex = stackalloc byte[2 * SignatureChain.DigestSize];
        k1.CopyTo(k);
        foreach (var part in (ReadOnlySpan<string>)[refused.Timestamp!, refused.Method, refused.Target, Convert.ToHexStringLower(refused.BodyDigest!)])
        {
            Convert.TryToHexStringLower(k, hex, out _);
            SignatureChain.Step(hex, part, k);
        }

        var same = CryptographicOperations.FixedTimeEquals(k, signature);
        CryptographicOperations.ZeroMemory(k);
        CryptographicOperations.ZeroMemory(hex);
        return same;
    }
}
