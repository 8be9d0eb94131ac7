using System.Buffers;

namespace SalesOs.Dashboard.Access;

/// <summary>A tenant id is an opaque string: 1–64 of <c>A-Za-z0-9_-</c>.</summary>
public static class TenantIds
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    public static bool IsValid(string? id) => id is { Length: >= 1 and <= 64 } && !id.AsSpan().ContainsAnyExcept(Allowed);
}
