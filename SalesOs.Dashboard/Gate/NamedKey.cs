using Microsoft.Extensions.Primitives;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Gate;

/// <summary>The known key that a header names whatever its form, so that its owner learns of requests that were refused for their form alone.</summary>
internal static class NamedKey
{
    private const string Prefix = "sk_";
    private const int MaxHeaders = 2;
    private const int MaxLength = 512;
    private const int MaxCandidates = 4;

    /// <summary>The first known key in the first characters of the first headers; null when there is none. Says nothing about who sent it.</summary>
    public static RingKey? In(StringValues authorization, KeyRing ring)
    {
        var candidates = 0;
        for (var i = 0; i < Math.Min(authorization.Count, MaxHeaders); i++)
        {
            var rest = authorization[i].AsSpan();
            rest = rest[..Math.Min(rest.Length, MaxLength)];
            while (candidates < MaxCandidates && rest.IndexOf(Prefix, StringComparison.Ordinal) is var at and >= 0)
            {
                candidates++;
                rest = rest[at..];
                if (rest.Length >= CredentialFormat.ApiKeyLength
                    && CredentialFormat.IsApiKey(rest[..CredentialFormat.ApiKeyLength])
                    && ring.Find(rest[..CredentialFormat.ApiKeyLength]) is { } key)
                {
                    return key;
                }

                rest = rest[Prefix.Length..];
            }
        }

        return null;
    }
}
