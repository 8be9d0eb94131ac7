namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Where the pages of API keys are.</summary>
public static class KeyLinks
{
    public const string List = "/integrations/api-keys";

    /// <summary>Where a request is signed and sent by hand.</summary>
    public const string Sandbox = "/integrations/sandbox";

    private const string EditFragment = "#edit";
    private const string NarrowFragment = "#narrow";

    public static string Of(Guid keyId) => $"{List}/{keyId}";

    /// <summary>The key's page, opened for editing.</summary>
    public static string ToEdit(Guid keyId) => Of(keyId) + EditFragment;

    /// <summary>The same, with the least settings filled in that its use so far would have needed.</summary>
    public static string ToNarrow(Guid keyId) => Of(keyId) + NarrowFragment;

    /// <summary>The receipt of its revocation, to print.</summary>
    public static string ToReceipt(Guid keyId) => Of(keyId) + "/receipt";

    /// <summary>The sandbox with the key chosen.</summary>
    public static string ToSandbox(Guid keyId) => $"{Sandbox}?key={keyId}";

    /// <summary>The key's page with one of its refused requests.</summary>
    public static string ToRejection(Guid keyId, Guid requestId) => $"{Of(keyId)}?request={requestId}";

    /// <summary>Whether an address of a key's page opens it for editing.</summary>
    public static bool AsksToEdit(string address) => address.EndsWith(EditFragment, StringComparison.Ordinal) || AsksToNarrow(address);

    public static bool AsksToNarrow(string address) => address.EndsWith(NarrowFragment, StringComparison.Ordinal);
}
