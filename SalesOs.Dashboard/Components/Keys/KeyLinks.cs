namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Where the pages of API keys are.</summary>
public static class KeyLinks
{
    public const string List = "/integrations/api-keys";

    private const string EditFragment = "#edit";

    public static string Of(Guid keyId) => $"{List}/{keyId}";

    /// <summary>The key's page, opened for editing.</summary>
    public static string ToEdit(Guid keyId) => Of(keyId) + EditFragment;

    /// <summary>Whether an address of a key's page opens it for editing.</summary>
    public static bool AsksToEdit(string address) => address.EndsWith(EditFragment, StringComparison.Ordinal);
}
