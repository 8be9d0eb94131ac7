namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Where the pages of API keys are.</summary>
public static class KeyLinks
{
    public const string List = "/integrations/api-keys";

    /// <summary>The fragment of a key's page that opens it for editing.</summary>
    public const string EditFragment = "#edit";

    public static string Of(Guid keyId) => $"{List}/{keyId}";

    public static string ToEdit(Guid keyId) => Of(keyId) + EditFragment;
}
