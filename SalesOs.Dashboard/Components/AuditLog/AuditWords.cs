namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>Where the words for an action stand in <see cref="AuditTexts"/>.</summary>
public static class AuditWords
{
    /// <summary>Such as <c>Action_key_created</c> for <c>key.created</c>.</summary>
    public static string KeyOf(string action) => "Action_" + action.Replace('.', '_');
}
