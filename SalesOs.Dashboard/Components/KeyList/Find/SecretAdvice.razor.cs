using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyList.Find;

/// <summary>What to do with a secret that was pasted. It has not left the browser, but wherever it was copied from, somebody may have read it.</summary>
public sealed partial class SecretAdvice
{
    /// <summary>The key that the secret may belong to was pasted with it, and stands below.</summary>
    [Parameter]
    public bool KeyIsFound { get; set; }

    /// <summary>The reader has let it be looked up on the server.</summary>
    [Parameter]
    public bool LookedUp { get; set; }

    /// <summary>The environments that the secrets are for, where they say it.</summary>
    [Parameter]
    public IReadOnlyList<KeyEnvironment>? Environments { get; set; }

    /// <summary>The link to the keys of an environment was followed.</summary>
    [Parameter]
    public EventCallback Followed { get; set; }

    /// <summary>Those that the secret can belong to, the last used first.</summary>
    private static string KeysOf(KeyEnvironment environment) =>
        new KeysAddress { Environment = environment, Status = KeyStatus.Active, Sort = KeySort.LastUsedAt }.ToString();
}
