using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys.Owners;

/// <summary>Gives a key to somebody else to answer for.</summary>
public sealed partial class OwnerDialog
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    /// <summary>Who is proposed.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<KeyOwner> Owners { get; set; } = [];

    /// <summary>Gives the key to whom the text names; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<string, Task<Error?>> Give { get; set; } = null!;

    private string Typed { get; set; } = "";

    private Task GiveAsync() => ActAsync(() => Give(Typed));
}
