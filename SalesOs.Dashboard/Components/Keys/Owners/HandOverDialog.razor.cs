using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys.Owners;

/// <summary>Gives all keys of somebody to somebody else, says that they have left, or both.</summary>
public sealed partial class HandOverDialog
{
    /// <summary>One of the keys, by which the form is opened again.</summary>
    [Parameter, EditorRequired]
    public Guid KeyId { get; set; }

    /// <summary>Whose keys they are.</summary>
    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    /// <summary>How many there are.</summary>
    [Parameter, EditorRequired]
    public long Count { get; set; }

    /// <summary>It is a person of whom nobody has said yet that they have left.</summary>
    [Parameter]
    public bool CanLeave { get; set; }

    /// <summary>Who is proposed.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<KeyOwner> Owners { get; set; } = [];

    /// <summary>Hands over to whom the text names (empty: to nobody), and says that they have left where that is ticked; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<string, bool, Task<Error?>> HandOver { get; set; } = null!;

    private string Typed { get; set; } = "";

    private bool HasLeft { get; set; }

    private bool LeavesOnly => HasLeft && Typed.Trim().Length == 0;

    private Task HandOverAsync() => ActAsync(() => HandOver(Typed.Trim(), HasLeft));
}
