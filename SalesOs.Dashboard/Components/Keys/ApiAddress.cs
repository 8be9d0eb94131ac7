namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Where programs send their calls: <c>Site:ApiAddress</c>, or else where the reader sees the dashboard.</summary>
public static class ApiAddress
{
    /// <param name="pageAddress">Where the reader sees the dashboard.</param>
    /// <returns>Without a slash at the end.</returns>
    public static string Of(IConfiguration configuration, string pageAddress) =>
        (configuration["Site:ApiAddress"] is { Length: > 0 } set ? set : pageAddress).TrimEnd('/');
}
