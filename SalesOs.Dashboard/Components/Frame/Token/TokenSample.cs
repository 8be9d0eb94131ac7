namespace SalesOs.Dashboard.Components.Frame.Token;

/// <summary>A first call of the management API with an access token, in bash.</summary>
public static class TokenSample
{
    /// <param name="address">That programs call, without a slash at the end.</param>
    /// <param name="tenant">The one that is meant, where the person has several; null: they have one.</param>
    public static string For(string address, string? tenant)
    {
        var header = tenant is null ? "" : $" \\\n  -H 'X-Tenant-Id: {tenant}'";
        return $"read -rs TOKEN\ncurl -s '{address}/v1/api-keys' \\\n  -H \"Authorization: Bearer $TOKEN\"{header}\n";
    }
}
