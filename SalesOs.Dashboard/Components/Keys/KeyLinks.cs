namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Where the pages of API keys are.</summary>
public static class KeyLinks
{
    public const string List = "/integrations/api-keys";

    public static string Of(Guid keyId) => $"{List}/{keyId}";
}
