using SalesOs.Dashboard.Access;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>
/// The signed-in person as pages show them: handed from the prerendered page to the circuit and cascaded by the layout. It decides only what is
/// drawn; what may be done is asked of the session anew on each action.
/// </summary>
public sealed record CurrentUser(string Subject, string TenantId, string? TenantName, string DisplayName, string? Email, IReadOnlyList<string> Roles, IReadOnlyList<string> Capabilities)
{
    public bool CanManageKeys => Can(Access.Capabilities.AdminIntegrations);

    public bool CanSeeKeys => CanManageKeys || Can(Access.Capabilities.AuditIntegrations);

    /// <summary>The tenant's name, or its id where the provider names none.</summary>
    public string Tenant => TenantName ?? TenantId;

    /// <summary>One or two letters for the account button.</summary>
    public string Initials
    {
        get
        {
            var words = DisplayName.Split([' ', '.', '@', '-', '_'], StringSplitOptions.RemoveEmptyEntries);
            var letters = words.Length > 1 && !DisplayName.Contains('@', StringComparison.Ordinal) ? [words[0], words[^1]] : words.Take(1);
            return string.Concat(letters.Select(w => w[..(char.IsHighSurrogate(w[0]) ? 2 : 1)])).ToUpperInvariant();
        }
    }

    public static CurrentUser Of(Caller caller) => new(caller.Subject, caller.TenantId, caller.TenantName, caller.DisplayName, caller.Email, caller.Roles, [.. caller.Capabilities]);

    public bool IsSameAs(CurrentUser other) => Subject == other.Subject && TenantId == other.TenantId;

    public bool Can(string capability) => Capabilities.Contains(capability, StringComparer.Ordinal);
}
