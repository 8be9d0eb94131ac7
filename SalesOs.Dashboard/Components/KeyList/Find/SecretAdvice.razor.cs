using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.KeyList.Find;

/// <summary>What to do with a secret that was pasted. It has not left the browser, but wherever it was copied from, somebody may have read it.</summary>
public sealed partial class SecretAdvice
{
    /// <summary>The key that the secret may belong to was pasted with it, and stands below.</summary>
    [Parameter]
    public bool KeyIsFound { get; set; }
}
