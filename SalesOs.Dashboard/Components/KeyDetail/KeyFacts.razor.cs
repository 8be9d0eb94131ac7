using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>All that is known of a key but its use: what it may do, who made it, where it comes from and went to.</summary>
public sealed partial class KeyFacts
{
    private bool copied;
    private string? said;

    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    private string Creator => Key.CreatedBy switch
    {
        null => KeysWords["CreatorErased"],
        "service_role" => KeysWords["CreatedByPlatform"],
        var person => KeysWords["CreatedBy", ("name", person)],
    };

    /// <summary>The first 16 characters, which logs and code can be searched for.</summary>
    private async Task CopyAsync()
    {
        copied = await Browser.InvokeAsync<bool>("dashboard.copy", Key.KeyPrefix);
        said = copied ? Words["PrefixCopied", ("prefix", Key.KeyPrefix)] : KitWords["CopyFailed"];
    }
}
