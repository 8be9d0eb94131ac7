using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys.Rotate;

/// <summary>Says what rotating does before a successor is made: the key itself goes on working until it is revoked.</summary>
public sealed partial class RotateKeyDialog
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    /// <summary>Rotates once under a name; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<Guid, Task<Error?>> Rotate { get; set; } = null!;

    private Task RotateAsync() => ActAsync(() => Rotate(Once));
}
