namespace SalesOs.Dashboard.Api;

internal static class Ids
{
    /// <summary>What can't be an id is as absent as an id that nobody has.</summary>
    public static Guid Of(string text) => Guid.TryParseExact(text, "D", out var id) ? id : Guid.Empty;
}
